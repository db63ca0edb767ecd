import profilePb from '@chirpstack/chirpstack-api/api/device_profile_pb.js'
import commonPb from '@chirpstack/chirpstack-api/common/common_pb.js'
import { OndineError } from '../../../errors/ondine-error.ts'
import type { NetworkLorawan, NetworkProfile, ProfileContent } from '../../../provisioning/network.ts'
import { enumName } from '../wire/enum-name.ts'
import { type Fields, fill, recordOf, replaceMap } from '../wire/fill.ts'
import { exactIsoFromTimestamp } from '../wire/timestamp.ts'
import { checkedName } from './checked.ts'

type DeviceProfile = profilePb.DeviceProfile

/**
 * Of a new profile, where the model says nothing. The codec stays ours. An order of before a join is lost with the queue that the
 * join empties, and given again from the ledger. No status requests: each costs a downlink of the gateway's duty cycle, and
 * models tell their battery in their own frames.
 */
const ofNewProfile: Fields<DeviceProfile> = {
  adrAlgorithmId: 'default',
  payloadCodecRuntime: profilePb.CodecRuntime.NONE,
  flushQueueOnActivate: true,
  deviceStatusReqInterval: 0,
}

/** EU868 (RP002-1.0.4 §2.4.8); ChirpStack keeps it where the device is of class B only. The timeout in seconds. */
const ofClassB: Fields<DeviceProfile> = {
  classBTimeout: 10,
  classBPingSlotPeriodicity: 0,
  classBPingSlotDr: 3,
  classBPingSlotFreq: 869_525_000,
}
/** Seconds in which a class C device acknowledges. */
const ofClassC: Fields<DeviceProfile> = { classCTimeout: 5 }
/** The receive windows of EU868 (RP002-1.0.4 §2.4.7), for a device that is activated by hand. */
const ofAbp: Fields<DeviceProfile> = { abpRx1Delay: 1, abpRx1DrOffset: 0, abpRx2Dr: 0, abpRx2Freq: 869_525_000 }

export function readProfile(answer: profilePb.GetDeviceProfileResponse): NetworkProfile | undefined {
  const profile = answer.getDeviceProfile()
  return (
    profile && {
      id: profile.getId(),
      tenantId: profile.getTenantId(),
      name: profile.getName(),
      lorawan: readLorawan(profile),
      tags: recordOf(profile.getTagsMap()),
      updatedAt: exactIsoFromTimestamp(answer.getUpdatedAt()),
    }
  )
}

export function newProfile(content: ProfileContent): DeviceProfile {
  const profile = fill(new profilePb.DeviceProfile(), { ...ofNewProfile, tenantId: content.tenantId })
  return writeProfile(content, 'DeviceProfileService.Create', profile)
}

/** What is ours of a profile; the rest (codec, ADR, relay, windows that someone has set) stays as it is in `profile`. */
export function writeProfile({ name, lorawan, tags }: ProfileContent, method: string, profile: DeviceProfile): DeviceProfile {
  const subject = `device profile ${name}`
  replaceMap(profile.getTagsMap(), tags)
  fill(profile, {
    name: checkedName(name, method, subject),
    region: numberOf(commonPb.Region, lorawan.region.replace('-', '_'), lorawan.region),
    macVersion: numberOf(commonPb.MacVersion, `LORAWAN_${lorawan.macVersion.replaceAll('.', '_')}`, lorawan.macVersion),
    regParamsRevision: numberOf(
      commonPb.RegParamsRevision,
      lorawan.regionalParameters.replaceAll(/[-.]/g, '_'),
      lorawan.regionalParameters,
    ),
    uplinkInterval: lorawan.expectedInterval,
  })
  if (profile.getSupportsOtaa() !== lorawan.supportsOtaa || (!lorawan.supportsOtaa && profile.getAbpRx2Freq() === 0)) {
    fill(profile, { supportsOtaa: lorawan.supportsOtaa, ...(lorawan.supportsOtaa ? {} : ofAbp) })
  }
  return classOf(profile) === lorawan.class ? profile : writeClass(profile, lorawan.class)

  function numberOf<M extends object>(values: M, key: string, said: string): M[keyof M] {
    for (const name in values) if (name === key) return values[name]
    throw new OndineError('chirpstack.refused', { method, subject, answer: `it knows no ${said}`, reason: 'invalid' })
  }
}

function readLorawan(profile: DeviceProfile): NetworkLorawan {
  return {
    region: enumName(commonPb.Region, profile.getRegion()).replace('_', '-'),
    macVersion: enumName(commonPb.MacVersion, profile.getMacVersion()).replace('LORAWAN_', '').replaceAll('_', '.'),
    regionalParameters: enumName(commonPb.RegParamsRevision, profile.getRegParamsRevision()).replace(
      /^(RP002)_(\d)_(\d)_(\d)$/,
      '$1-$2.$3.$4',
    ),
    class: classOf(profile),
    supportsOtaa: profile.getSupportsOtaa(),
    expectedInterval: profile.getUplinkInterval(),
  }
}

/** The one that hears most, where a profile has several. */
function classOf(profile: DeviceProfile): NetworkLorawan['class'] {
  return profile.getSupportsClassC() ? 'C' : profile.getSupportsClassB() ? 'B' : 'A'
}

function writeClass(profile: DeviceProfile, deviceClass: NetworkLorawan['class']): DeviceProfile {
  const windows = deviceClass === 'C' ? ofClassC : deviceClass === 'B' ? ofClassB : {}
  return fill(profile, { supportsClassB: deviceClass === 'B', supportsClassC: deviceClass === 'C', ...windows })
}
