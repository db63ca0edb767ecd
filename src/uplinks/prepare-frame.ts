import type { CodecFailure, CodecFrame } from '../codecs/codec-runner.ts'
import type { Model } from '../codecs/model.ts'
import { scriptFor } from '../codecs/variant.ts'
import type { DirectoryDevice } from '../inventory/directory.ts'
import type { UplinkEvent } from '../lorawan/network-event.ts'
import type { DeadLetterReason, DeviceDirectory, Models } from './ports.ts'

/** Why an uplink gives no reading, and the command that mends it. */
export interface Obstacle {
  reason: DeadLetterReason
  detail: string
  advice: string
}

export type Prepared =
  | { kind: 'frame'; device: DirectoryDevice; model: Model; frame: CodecFrame }
  | { kind: 'obstacle'; device: DirectoryDevice | undefined; obstacle: Obstacle }
  /** no application payload: MAC commands only */
  | { kind: 'empty' }

/** Decides by which model an uplink is decoded, or why it cannot be. */
export function prepareFrame(uplink: UplinkEvent, directory: DeviceDirectory, models: Models): Prepared {
  // fPort 0 carries MAC commands (LoRaWAN 1.0.4 §4.3.2); ChirpStack gives fPort 0 to a frame without one, too.
  if (uplink.fPort === 0 || uplink.data.length === 0) return { kind: 'empty' }
  const { devEui } = uplink.device
  const device = directory.resolve(devEui)
  const slug = modelOf(uplink, device, models)
  const obstruct = (reason: DeadLetterReason, detail: string, advice: string): Prepared => {
    return { kind: 'obstacle', device, obstacle: { reason, detail, advice } }
  }
  if (device === undefined) {
    return obstruct('unknown-device', `${devEui} is not in the inventory`, `${installCommand(devEui, slug)} --tenant <tenant>`)
  }
  if (slug === null) {
    return obstruct('unknown-model', `nothing says which model ${devEui} is`, installCommand(devEui, null))
  }
  const model = models.get(slug)
  if (model === undefined) {
    return obstruct('unknown-model', `model ${slug} of ${devEui} is not among the codecs`, 'ondine codec list')
  }
  if (device.assignments.length === 0) return { kind: 'obstacle', device, obstacle: notInstalled(uplink, slug) }
  const { fPort, data, time } = uplink
  const codec = scriptFor(model, { frame: { fPort, bytes: data }, firmware: device.firmware })
  return { kind: 'frame', device, model, frame: { codec, fPort, bytes: data, recvTime: time, variables: {} } }
}

/** `vendor/model`: from the inventory, else the device's ChirpStack tag, else its device profile. */
export function modelOf(uplink: UplinkEvent, device: DirectoryDevice | undefined, models: Pick<Models, 'ofDeviceProfile'>): string | null {
  return device?.model ?? uplink.device.tags.model ?? models.ofDeviceProfile(uplink.device.deviceProfileName) ?? null
}

export function notInstalled(uplink: UplinkEvent, model: string): Obstacle {
  const { devEui } = uplink.device
  const detail = `${devEui} served no asset at ${uplink.time}`
  return { reason: 'not-installed', detail, advice: installCommand(devEui, model) }
}

export function variablesUnknown(devEui: string, model: string): Obstacle {
  const detail = `${model} reads the variables of ${devEui}, and the network server could not be asked for them`
  return { reason: 'variables-unknown', detail, advice: 'ondine doctor' }
}

export function codecObstacle(model: string, { reason, errors }: CodecFailure): Obstacle {
  const detail = `${model}: ${errors.join('; ') || reason}`
  return { reason: letterReasons[reason], detail, advice: reason === 'disabled' ? `ondine codec enable ${model}` : 'ondine codec list' }
}

const letterReasons = {
  'codec-error': 'codec-error',
  timeout: 'codec-timeout',
  crashed: 'codec-error',
  disabled: 'codec-disabled',
  'bad-result': 'codec-error',
} as const satisfies Record<CodecFailure['reason'], DeadLetterReason>

/** People paste it into a shell, and whoever may edit a device in ChirpStack chooses its tags: only a plain name goes in. */
function installCommand(devEui: string, model: string | null): string {
  const named = model !== null && /^[A-Za-z0-9][A-Za-z0-9._-]*\/[A-Za-z0-9][A-Za-z0-9._-]*$/.test(model)
  return `ondine device install ${devEui} <asset> --model ${named ? model : '<vendor/model>'}`
}
