import devicePb from '@chirpstack/chirpstack-api/api/device_pb.js'
import type { UntypedServiceImplementation } from '@grpc/grpc-js'
import emptyPb from 'google-protobuf/google/protobuf/empty_pb.js'
import { fill } from '../../../adapters/chirpstack/wire/fill.ts'
import { toTimestamp } from '../../../adapters/chirpstack/wire/timestamp.ts'
import { deviceDefinition } from './device-service.ts'
import { find, present } from './lookup.ts'
import { parseEui, parseHex } from './parse.ts'
import { type ApiContext, method, stamp } from './service.ts'

/** Root keys of a device: for LoRaWAN 1.0 its AppKey is in `nwk_key`. */
export function deviceKeysService(context: ApiContext): UntypedServiceImplementation {
  const { state, dialect } = context
  const keys = state.deviceKeys
  const d = deviceDefinition
  return {
    createKeys: method(context, d.createKeys, (request) => {
      const parsed = parse(present(request.getDeviceKeys(), 'device_keys'))
      const devEui = parsed.getDevEui()
      if (keys.has(devEui)) throw dialect.unique('device_keys', ['dev_eui'])
      if (!state.devices.has(devEui)) throw dialect.foreignKey('device_keys', 'dev_eui')
      keys.put(devEui, parsed, stamp(context))
      return new emptyPb.Empty()
    }),
    getKeys: method(context, d.getKeys, (request) => {
      const row = find(keys, parseEui(request.getDevEui()))
      return fill(new devicePb.GetDeviceKeysResponse(), {
        deviceKeys: keys.copy(row),
        createdAt: toTimestamp(row.createdAt),
        updatedAt: toTimestamp(row.updatedAt),
      })
    }),
    updateKeys: method(context, d.updateKeys, (request) => {
      const parsed = parse(present(request.getDeviceKeys(), 'device_keys'))
      find(keys, parsed.getDevEui())
      keys.put(parsed.getDevEui(), parsed, stamp(context))
      return new emptyPb.Empty()
    }),
    deleteKeys: method(context, d.deleteKeys, (request) => {
      const devEui = parseEui(request.getDevEui())
      find(keys, devEui)
      keys.delete(devEui)
      return new emptyPb.Empty()
    }),
    flushDevNonces: method(context, d.flushDevNonces, (request) => {
      const devEui = parseEui(request.getDevEui())
      find(keys, devEui)
      state.device(devEui).usedDevNonces = []
      return new emptyPb.Empty()
    }),
  }
}

function parse(keys: devicePb.DeviceKeys): devicePb.DeviceKeys {
  return fill(keys, {
    devEui: parseEui(keys.getDevEui()),
    nwkKey: parseHex(keys.getNwkKey(), 16),
    appKey: parseHex(keys.getAppKey(), 16),
    genAppKey: parseHex(keys.getGenAppKey(), 16),
  })
}
