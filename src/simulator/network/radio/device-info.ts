import { recordOf } from '../../../adapters/chirpstack/wire/fill.ts'
import type { WireDeviceInfo, WireLogEvent } from '../../../adapters/chirpstack/wire/integration-event.ts'
import type { Surroundings } from '../network-state.ts'

/** Tags of the application, overridden by the profile's, overridden by the device's own. */
export function deviceInfo({ device, profile, application, tenant, life }: Surroundings): WireDeviceInfo {
  return {
    tenantId: tenant.getId(),
    tenantName: tenant.getName(),
    applicationId: application.getId(),
    applicationName: application.getName(),
    deviceProfileId: profile.getId(),
    deviceProfileName: profile.getName(),
    deviceName: device.getName(),
    devEui: device.getDevEui(),
    deviceClassEnabled: life.enabledClass,
    tags: { ...recordOf(application.getTagsMap()), ...recordOf(profile.getTagsMap()), ...recordOf(device.getTagsMap()) },
  }
}

/** In `txack` the application's tags are missing. */
export function deviceInfoOfTxAck(surroundings: Surroundings): WireDeviceInfo {
  const { profile, device } = surroundings
  return { ...deviceInfo(surroundings), tags: { ...recordOf(profile.getTagsMap()), ...recordOf(device.getTagsMap()) } }
}

export function logEvent(
  surroundings: Surroundings,
  time: number,
  fields: Pick<WireLogEvent, 'level' | 'code' | 'description' | 'context'>,
): WireLogEvent {
  return { kind: 'log', time, deviceInfo: deviceInfo(surroundings), ...fields }
}
