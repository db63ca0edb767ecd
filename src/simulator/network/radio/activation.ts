import type deviceProfilePb from '@chirpstack/chirpstack-api/api/device_profile_pb.js'
import commonPb from '@chirpstack/chirpstack-api/common/common_pb.js'
import type { DeviceClass } from '../network-state.ts'

/** A LoRaWAN 1.0 device of a class C profile is in class C from its join; a 1.1 device says so by itself. */
export function classAfterActivation(profile: deviceProfilePb.DeviceProfile): DeviceClass {
  return profile.getSupportsClassC() && profile.getMacVersion() !== commonPb.MacVersion.LORAWAN_1_1_0 ? 'CLASS_C' : 'CLASS_A'
}
