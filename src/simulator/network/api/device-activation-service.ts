import devicePb from '@chirpstack/chirpstack-api/api/device_pb.js'
import type { UntypedServiceImplementation } from '@grpc/grpc-js'
import emptyPb from 'google-protobuf/google/protobuf/empty_pb.js'
import { fill } from '../../../adapters/chirpstack/wire/fill.ts'
import { classAfterActivation } from '../radio/activation.ts'
import { deviceDefinition } from './device-service.ts'
import { find, present } from './lookup.ts'
import { parseEui, parseHex } from './parse.ts'
import { type ApiContext, method } from './service.ts'

export function deviceActivationService(context: ApiContext): UntypedServiceImplementation {
  const { state, random } = context
  const d = deviceDefinition
  return {
    activate: method(context, d.activate, (request) => {
      const activation = present(request.getDeviceActivation(), 'device_activation')
      const devEui = parseEui(activation.getDevEui())
      const profile = find(state.deviceProfiles, find(state.devices, devEui).message.getDeviceProfileId()).message
      const life = state.device(devEui)
      const session = {
        id: random.hex(8),
        devAddr: parseHex(activation.getDevAddr(), 4),
        keys: {
          appSKey: parseHex(activation.getAppSKey(), 16),
          nwkSEncKey: parseHex(activation.getNwkSEncKey(), 16),
          sNwkSIntKey: parseHex(activation.getSNwkSIntKey(), 16),
          fNwkSIntKey: parseHex(activation.getFNwkSIntKey(), 16),
        },
        fCntUp: activation.getFCntUp(),
        fCntDown: activation.getNFCntDown(),
        lastUplink: null,
        schedulerRunAfter: 0,
        statusRequestedAt: null,
      }
      life.session = session
      life.enabledClass = classAfterActivation(profile)
      if (profile.getFlushQueueOnActivate()) life.queue = []
      return new emptyPb.Empty()
    }),
    deactivate: method(context, d.deactivate, (request) => {
      const devEui = parseEui(request.getDevEui())
      find(state.devices, devEui)
      const life = state.device(devEui)
      life.queue = []
      life.session = null
      return new emptyPb.Empty()
    }),
    getActivation: method(context, d.getActivation, (request) => {
      const devEui = parseEui(request.getDevEui())
      find(state.devices, devEui)
      const { session } = state.device(devEui)
      const response = new devicePb.GetDeviceActivationResponse()
      if (session === null) return response
      const { devAddr, keys, fCntUp, fCntDown } = session
      return fill(response, {
        deviceActivation: fill(new devicePb.DeviceActivation(), { devEui, devAddr, ...keys, fCntUp, nFCntDown: fCntDown }),
      })
    }),
  }
}
