import devicePb from '@chirpstack/chirpstack-api/api/device_pb.js'
import type { DeviceContent, ListedDevice, NetworkDevice } from '../../../provisioning/network.ts'
import { fill, recordOf } from '../wire/fill.ts'
import { exactIsoFromTimestamp } from '../wire/timestamp.ts'
import { checkedEui, checkedName } from './checked.ts'

export function readDevice(answer: devicePb.GetDeviceResponse): NetworkDevice | undefined {
  const device = answer.getDevice()
  return (
    device && {
      devEui: device.getDevEui(),
      applicationId: device.getApplicationId(),
      profileId: device.getDeviceProfileId(),
      name: device.getName(),
      description: device.getDescription(),
      tags: recordOf(device.getTagsMap()),
      joinEui: device.getJoinEui(),
      disabled: device.getIsDisabled(),
      skipFcntCheck: device.getSkipFcntCheck(),
      variables: recordOf(device.getVariablesMap()),
      updatedAt: exactIsoFromTimestamp(answer.getUpdatedAt()),
    }
  )
}

export function readListedDevice(item: devicePb.DeviceListItem, applicationId: string): ListedDevice {
  return {
    devEui: item.getDevEui(),
    applicationId,
    profileId: item.getDeviceProfileId(),
    name: item.getName(),
    description: item.getDescription(),
    tags: recordOf(item.getTagsMap()),
    createdAt: exactIsoFromTimestamp(item.getCreatedAt()),
    updatedAt: exactIsoFromTimestamp(item.getUpdatedAt()),
  }
}

/** The whole of ChirpStack's device: nothing of it is left out of a `DeviceContent`. */
export function writeDevice(device: DeviceContent, method: string): devicePb.Device {
  const subject = `device ${device.devEui}`
  return fill(new devicePb.Device(), {
    devEui: checkedEui(device.devEui, method, subject),
    joinEui: checkedEui(device.joinEui, method, subject),
    applicationId: device.applicationId,
    deviceProfileId: device.profileId,
    name: checkedName(device.name, method, subject),
    description: device.description,
    isDisabled: device.disabled,
    skipFcntCheck: device.skipFcntCheck,
    variables: device.variables,
    tags: device.tags,
  })
}
