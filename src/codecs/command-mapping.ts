import { OndineError } from '../errors/ondine-error.ts'
import type { Command } from '../vocabulary/command.ts'
import type { CommandMapping, Model } from './model.ts'
import { filled, namesIn, type Template } from './template.ts'

export interface MappedCommand {
  /** `input.data` of the codec's encodeDownlink */
  input: unknown
  /** asks the network for a confirmed downlink */
  confirmed: boolean
  /** the device itself ends the effect after the minutes that were asked for; otherwise a return order must */
  timed: boolean
}

type Commanded = Pick<Model, 'slug' | 'commands' | 'channels'>

/**
 * Turns a standard command into the input of a model's encoder. With `minutes`, the device's own timed form is used
 * where it has one that is long enough. `channel` is the one that the ordered asset is installed on: `$channel` of the
 * templates. `raw` needs no encoder and is not for here.
 * Throws `command.not-supported` (naming what the model can do), `command.out-of-limits` (naming the limit) and
 * `command.other-channel`.
 */
export function mapCommand(model: Commanded, command: Command, options: { channel: string; minutes?: number }): MappedCommand {
  const mapping = Object.hasOwn(model.commands, command.type) ? model.commands[command.type] : undefined
  if (mapping === undefined) throw notSupported(model, command.type)
  const { minutes } = options
  const timed = minutes !== undefined && mapping.timed !== undefined && minutes <= mapping.timed.maxMinutes
  const template = timed && mapping.timed !== undefined ? mapping.timed.input : mapping.input
  const fields = new Map<string, unknown>(Object.entries(command).filter(([, value]) => value !== undefined))
  fields.delete('type')
  if (namesIn(template).has('channel')) {
    fields.set('channel', channelFor(model, command, options.channel))
    for (const name of ['valve', 'circuit']) fields.delete(name)
  }
  refuseUnusedFields(model, command.type, fields, template)
  refuseOutOfLimits(model, command.type, fields, mapping)
  if (timed) fields.set('minutes', minutes)
  return { input: filled(template, fields), confirmed: mapping.confirmed, timed }
}

/** Whether a reading proves that the device did what was asked; `channel`: of the ordered asset. A model without `proof` proves nothing by its readings. */
export function proves(
  model: Commanded,
  command: Command,
  channel: string,
  reading: { channel: string; values: Readonly<Record<string, unknown>>; flags: Readonly<Record<string, string>> },
): boolean {
  const proof = model.commands[command.type]?.proof
  if (proof === undefined) return false
  const proving = proof.channel === '$channel' ? channelFor(model, command, channel) : proof.channel
  if (reading.channel !== proving || Object.hasOwn(reading.flags, proof.name)) return false
  const wanted = filled(proof.equals, new Map(Object.entries(command)))
  const found = reading.values[proof.name]
  return typeof wanted === 'number' && typeof found === 'number' ? Math.abs(found - wanted) <= 0.5 : found !== undefined && found === wanted
}

/**
 * Which valve or circuit is meant: the asset's own. An order to the controller as a whole (`main`) may name one; one to
 * a valve that names another would water somebody else's garden.
 */
function channelFor(model: Commanded, command: Command, channel: string): string {
  const asked = 'valve' in command ? command.valve : 'circuit' in command ? command.circuit : undefined
  if (asked === undefined || asked === channel) return channel
  if (channel === 'main' && Object.hasOwn(model.channels, asked)) return asked
  const known = Object.keys(model.channels).filter((name) => (channel === 'main' ? name !== 'main' : name === channel))
  throw new OndineError('command.other-channel', { model: model.slug, asked, known: known.join(', ') })
}

function notSupported(model: Commanded, what: string): OndineError {
  const able = Object.keys(model.commands).join(', ')
  return able === ''
    ? new OndineError('command.none-supported', { model: model.slug, what })
    : new OndineError('command.not-supported', { model: model.slug, what, able })
}

/** A wish that the device cannot fulfil must not be dropped in silence: a valve asked for 100 litres would run on. */
function refuseUnusedFields(model: Commanded, type: string, fields: ReadonlyMap<string, unknown>, template: Template): void {
  const used = namesIn(template)
  for (const name of fields.keys()) if (!used.has(name)) throw notSupported(model, `${type} with ${name}`)
}

function refuseOutOfLimits(model: Commanded, type: string, fields: ReadonlyMap<string, unknown>, mapping: CommandMapping): void {
  for (const [name, [min, max]] of Object.entries(mapping.limits)) {
    const value = fields.get(name)
    if (typeof value === 'number' && !(value >= min && value <= max)) {
      throw new OndineError('command.out-of-limits', { model: model.slug, type, name, value, min, max })
    }
  }
}
