import type { DeviceProfile } from '../../device-profile.ts'
import type { Model } from '../../model.ts'
import type { ExportedScript } from './chirpstack-catalogue.ts'

/**
 * The body of `DeviceProfileService.Create` of ChirpStack's API as its JSON (`POST /api/device-profiles` of its REST proxy).
 * The tag `model` is how Ondine knows the devices of the profile.
 */
export function createDeviceProfile(tenantId: string, model: Model, profile: DeviceProfile, script: ExportedScript) {
  return {
    deviceProfile: {
      tenantId,
      name: script.variant === null ? model.title : `${model.title} (${script.variant})`,
      description: `Ondine model ${model.slug} ${model.version}`,
      region: profile.region,
      macVersion: `LORAWAN_${profile.macVersion.replaceAll('.', '_')}`,
      regParamsRevision: profile.regionalParameters.replace(/[-.]/g, '_'),
      adrAlgorithmId: 'default',
      payloadCodecRuntime: 'JS',
      payloadCodecScript: script.source,
      flushQueueOnActivate: true,
      uplinkInterval: profile.expectedInterval,
      deviceStatusReqInterval: 1,
      supportsOtaa: profile.supportsOtaa,
      supportsClassB: profile.class === 'B',
      supportsClassC: profile.class === 'C',
      classBTimeout: profile.class === 'B' ? 120 : 0,
      classCTimeout: profile.class === 'C' ? 120 : 0,
      tags: { model: model.slug },
    },
  }
}
