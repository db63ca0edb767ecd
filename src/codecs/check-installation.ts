import { OndineError } from '../errors/ondine-error.ts'
import type { Model } from './model.ts'

/** Of an installation, by name. */
type Given = Readonly<Record<string, number | string | boolean>>

/**
 * Refuses a channel and parameters that the model would ignore in silence, and says what it takes.
 * Throws `install.channel-unknown`, `install.parameters-refused` or `install.no-parameters`.
 */
export function checkInstallation(
  model: Pick<Model, 'slug' | 'channels' | 'parameters'>,
  { channel, parameters }: { channel: string; parameters: Given },
): void {
  if (!Object.hasOwn(model.channels, channel)) {
    throw new OndineError('install.channel-unknown', { model: model.slug, channel, channels: Object.keys(model.channels).join(', ') })
  }
  const refused = Object.entries(parameters)
    .filter(([name, value]) => !takes(model, name, value))
    .map(([name, value]) => `${name}=${value}`)
    .join(', ')
  if (refused === '') return
  const taken = Object.entries(model.parameters).map(([name, declared]) => described(name, declared))
  throw taken.length === 0
    ? new OndineError('install.no-parameters', { model: model.slug, refused })
    : new OndineError('install.parameters-refused', { model: model.slug, refused, taken: taken.join(', ') })
}

/**
 * Refuses an installation whose values could not be computed. `parameters` are those the channel will have: a repeat that
 * leaves them out keeps what is there. Throws `install.parameters-missing`.
 */
export function checkComplete(model: Pick<Model, 'slug' | 'parameters'>, parameters: Given): void {
  const missing = Object.entries(model.parameters).filter(([name, { required }]) => required && !Object.hasOwn(parameters, name))
  if (missing.length === 0) return
  const needed = missing.map(([name, declared]) => described(name, declared)).join(', ')
  throw new OndineError('install.parameters-missing', { model: model.slug, missing: needed })
}

type Declared = Model['parameters'][string]

/** What has a unit or a range is a number. */
function takes({ parameters }: Pick<Model, 'parameters'>, name: string, value: Given[string]): boolean {
  const declared = Object.hasOwn(parameters, name) ? parameters[name] : undefined
  if (declared === undefined) return false
  if (declared.unit === null && declared.range === undefined) return true
  const [min, max] = declared.range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  return typeof value === 'number' && value >= min && value <= max
}

/** `emptyDistance (0.1–10 m)` */
function described(name: string, { unit, range }: Declared): string {
  const facts = [range?.join('–'), unit].filter((fact) => fact !== undefined && fact !== null)
  return facts.length === 0 ? name : `${name} (${facts.join(' ')})`
}
