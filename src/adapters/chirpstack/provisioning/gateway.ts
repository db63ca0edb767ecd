import gatewayPb from '@chirpstack/chirpstack-api/api/gateway_pb.js'
import commonPb from '@chirpstack/chirpstack-api/common/common_pb.js'
import type { GatewayContent, NetworkGateway } from '../../../provisioning/network.ts'
import { fill, recordOf, replaceMap } from '../wire/fill.ts'
import { exactIsoFromTimestamp } from '../wire/timestamp.ts'
import { checkedEui, checkedName } from './checked.ts'

export function readGateway(answer: gatewayPb.GetGatewayResponse): NetworkGateway | undefined {
  const gateway = answer.getGateway()
  return (
    gateway && {
      gatewayId: gateway.getGatewayId(),
      tenantId: gateway.getTenantId(),
      name: gateway.getName(),
      description: gateway.getDescription(),
      location: readLocation(gateway.getLocation()),
      statsInterval: gateway.getStatsInterval(),
      tags: recordOf(gateway.getTagsMap()),
      updatedAt: exactIsoFromTimestamp(answer.getUpdatedAt()),
    }
  )
}

/** What is ours of a gateway; the rest (its downlink priority) stays as it is in `gateway`. */
export function writeGateway(content: GatewayContent, method: string, gateway = new gatewayPb.Gateway()): gatewayPb.Gateway {
  const subject = `gateway ${content.gatewayId}`
  replaceMap(gateway.getTagsMap(), content.tags)
  const { location } = content
  gateway.setLocation(location === null ? undefined : fill(new commonPb.Location(), location))
  return fill(gateway, {
    gatewayId: checkedEui(content.gatewayId, method, subject),
    tenantId: content.tenantId,
    name: checkedName(content.name, method, subject),
    description: content.description,
    statsInterval: content.statsInterval,
  })
}

function readLocation(location: commonPb.Location | undefined): NetworkGateway['location'] {
  if (location === undefined) return null
  const [latitude, longitude] = [location.getLatitude(), location.getLongitude()]
  // ChirpStack has no "unknown place": an unplaced gateway lies on the equator off Ghana
  return latitude === 0 && longitude === 0 ? null : { latitude, longitude, altitude: fromSingle(location.getAltitude()) }
}

/** ChirpStack keeps an altitude in single precision: 61.3 comes back as 61.29999923706055. The shortest number it may have been. */
function fromSingle(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const shorter = Number(value.toPrecision(digits))
    if (Math.fround(shorter) === value) return shorter
  }
  return value
}
