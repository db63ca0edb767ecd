import type { DeviceProfile } from '../../codecs/device-profile.ts'
import type { DeviceContent, GatewayContent, NetworkDevice, NetworkGateway, NetworkProfile, ProfileContent } from '../network.ts'
import type { WantedDevice, WantedGateway } from '../territory/territory.ts'
import type { Remembered } from './plan.ts'

/** ChirpStack's joinEui where none is known. */
export const noJoinEui = '0000000000000000'

type Tags = Readonly<Record<string, string>>

/**
 * What the planner compares with and the executor writes: a device as its row wants it, of which everything that the row does not
 * speak of stays as it is. `current` undefined: it is made.
 */
export function deviceContent(
  wanted: WantedDevice,
  { applicationId, profileId }: { applicationId: string; profileId: string },
  current: NetworkDevice | undefined,
): DeviceContent {
  return {
    devEui: wanted.devEui,
    applicationId,
    profileId,
    name: deviceName(wanted),
    description: current?.description ?? '',
    tags: { ...current?.tags, ...ownTags(wanted) },
    joinEui: wanted.joinEui ?? current?.joinEui ?? noJoinEui,
    disabled: current?.disabled ?? false,
    skipFcntCheck: current?.skipFcntCheck ?? false,
    variables: current?.variables ?? {},
  }
}

export function deviceName({ name, devEui }: Pick<WantedDevice, 'name' | 'devEui'>): string {
  return name === '' ? devEui : name
}

/** Tags of a device that are its row's to say. */
export function ownTags({ tags, model }: Pick<WantedDevice, 'tags' | 'model'>): Tags {
  return model === null ? tags : { ...tags, model }
}

/** A gateway as it is wanted; antenna data go with it as tags, where whoever plans a radio network looks for them. */
export function gatewayContent(wanted: WantedGateway, tenantId: string, current: NetworkGateway | undefined): GatewayContent {
  return {
    gatewayId: wanted.gatewayId,
    tenantId,
    name: wanted.name,
    description: wanted.description,
    location: wanted.location ?? current?.location ?? null,
    statsInterval: wanted.statsInterval,
    tags: { ...current?.tags, ...gatewayTags(wanted) },
  }
}

/** Tags of a gateway that are the territory's to say. */
export function gatewayTags({ tags, antenna }: Pick<WantedGateway, 'tags' | 'antenna'>): Tags {
  if (antenna === null) return tags
  return {
    ...tags,
    'antenna-height': `${antenna.height}`,
    ...(antenna.azimuth === null ? {} : { 'antenna-azimuth': `${antenna.azimuth}` }),
    'antenna-gain': `${antenna.gain}`,
    'antenna-cable-loss': `${antenna.cableLoss}`,
  }
}

/** A device profile of a model, from its file in `device-profiles/`. */
export function profileContent(
  { name, model, tenantId }: { name: string; model: string; tenantId: string },
  { title: _title, ...lorawan }: DeviceProfile,
  current: NetworkProfile | undefined,
): ProfileContent {
  return { tenantId, name, lorawan, tags: { ...current?.tags, model } }
}

/** For `Remembered.written`: what drift compares field by field. What it is known by is left out. */
export const writtenOf = {
  tenant: ({ name }: { name: string }): Remembered['written'] => ({ name }),
  application: ({ name, tenantId }: { name: string; tenantId: string }): Remembered['written'] => ({ name, tenantId }),
  profile: ({ tenantId, name, lorawan, tags }: ProfileContent): Remembered['written'] => ({ tenantId, name, lorawan, tags: { ...tags } }),
  gateway: (content: GatewayContent): Remembered['written'] => {
    const { tenantId, name, description, location, statsInterval, tags } = content
    return { tenantId, name, description, location, statsInterval, tags: { ...tags } }
  },
  device: (content: DeviceContent): Remembered['written'] => {
    const { applicationId, profileId, name, description, joinEui, disabled, skipFcntCheck, tags, variables } = content
    return { applicationId, profileId, name, description, joinEui, disabled, skipFcntCheck, tags: { ...tags }, variables: { ...variables } }
  },
}
