import type { Model } from '../codecs/model.ts'
import type { MappedReading } from '../codecs/normalise.ts'
import { assignmentAt, type DirectoryDevice } from '../inventory/directory.ts'
import { margin } from '../lorawan/data-rate.ts'
import type { UplinkEvent } from '../lorawan/network-event.ts'
import type { Reading } from '../readings/reading.ts'

/**
 * Readings of one uplink: each share of the frame goes to the asset that its channel served at the reading's own time.
 * Shares of channels that served nobody then are left out. Depends on nothing but its arguments, so that backlog and
 * replay give identical rows.
 */
export function readingsOf(
  uplink: UplinkEvent,
  model: Pick<Model, 'slug' | 'version' | 'family'>,
  mapped: readonly MappedReading[],
  device: DirectoryDevice,
): Reading[] {
  const radio = radioOf(uplink)
  return mapped.flatMap((share) => {
    const time = share.time ?? uplink.time
    const assignment = assignmentAt(device, share.channel, time)
    if (assignment === undefined) return []
    return {
      v: 1,
      tenant: device.tenant,
      service: assignment.service,
      asset: assignment.asset,
      device: device.devEui,
      channel: share.channel,
      family: model.family,
      model: `${model.slug}@${model.version}`,
      time,
      receivedAt: uplink.time,
      quality: share.quality,
      flags: share.flags,
      values: share.values,
      radio,
      frame: { fCnt: uplink.fCnt, fPort: uplink.fPort },
    }
  })
}

/** `receptions` are sorted: the first is the best. */
function radioOf({ receptions, spreadingFactor }: UplinkEvent): Reading['radio'] {
  const best = receptions[0]
  return {
    gateways: new Set(receptions.map((reception) => reception.gatewayId)).size,
    gateway: best?.gatewayId ?? null,
    rssi: best?.rssi ?? null,
    snr: best?.snr ?? null,
    spreadingFactor,
    margin: best === undefined || spreadingFactor === null ? null : margin(best.snr, spreadingFactor),
  }
}
