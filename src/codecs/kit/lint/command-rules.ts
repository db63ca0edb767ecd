import { OndineError } from '../../../errors/ondine-error.ts'
import { type Command, commandSchema } from '../../../vocabulary/command.ts'
import type { CodecRunner } from '../../codec-runner.ts'
import { mapCommand } from '../../command-mapping.ts'
import type { CommandMapping, Model, Script } from '../../model.ts'
import { namesIn } from '../../template.ts'
import type { about, Finding } from './finding.ts'

type About = ReturnType<typeof about>

/** A standard command as somebody could order it. */
interface Order {
  command: Command
  minutes?: number
}

/**
 * Each command of model.yaml at each of its limits, put through the encoder of each of `scripts` (the model's, or those of its
 * variants) as an order would be: what model.yaml allows and a codec refuses would fail only in front of the one who ordered it.
 * Rejects only with `codec.engine-stopped`.
 */
export async function commandFindings(model: Model, scripts: readonly Script[], runner: CodecRunner, { error }: About): Promise<Finding[]> {
  const tried = Object.entries(model.commands).map(async ([type, mapping]): Promise<Finding[]> => {
    const orders = ordersOf(type, mapping)
    const refusals = await Promise.all(
      scripts.map(async (script) => {
        const found = await Promise.all(orders.map((order) => refusalOf(model, script, runner, order)))
        const first = found.find((refusal) => refusal !== null)
        const codec = model.variantCodecs.size === 0 ? '' : script.file
        return first === undefined || first === null ? [] : [{ command: type, ...first, codec }]
      }),
    )
    return [
      ...refusals.flat().map((context) => error({ rule: 'command-refused', context }, ['commands', type])),
      ...(isProvable(model, mapping)
        ? []
        : [error({ rule: 'proof-never', context: { command: type, name: mapping.proof?.name ?? '' } }, ['commands', type, 'proof'])]),
    ]
  })
  return (await Promise.all(tried)).flat()
}

/** Every combination of the least and greatest values; without limits, one that any device takes. */
function ordersOf(type: string, { input, limits, timed }: CommandMapping): readonly Order[] {
  const option = commandSchema.options.find(({ shape }) => shape.type.value === type)
  const used = namesIn(input)
  const fields = Object.entries(option?.shape ?? {}).filter(([name, field]) => used.has(name) || !field.safeParse(undefined).success)
  const combined = fields
    .filter(([name]) => name !== 'type')
    .reduce<Record<string, unknown>[]>(
      (orders, [name]) => (limits[name] ?? usual[name] ?? []).flatMap((value) => orders.map((order) => ({ ...order, [name]: value }))),
      [{ type }],
    )
  const commands = combined.flatMap((order) => commandSchema.safeParse(order).data ?? [])
  const durations = timed === undefined ? [] : [1, timed.maxMinutes]
  return commands.flatMap((command) => [{ command }, ...durations.map((minutes) => ({ command, minutes }))])
}

const usual: Readonly<Record<string, readonly unknown[]>> = {
  level: [0, 100],
  fade: [0],
  on: [true, false],
  minutes: [1],
  litres: [1],
  seconds: [3600],
  time: ['2026-11-22T06:00:00Z'],
}

/** null: a channel of the model takes it; else what the first of them says. */
async function refusalOf(
  model: Model,
  script: Script,
  runner: CodecRunner,
  { command, minutes }: Order,
): Promise<{ input: string; error: string } | null> {
  const channels = Object.keys(model.channels)
  const said = await Promise.all(
    channels.map(async (channel) => {
      try {
        const { input } = mapCommand(model, command, { channel, ...(minutes === undefined ? {} : { minutes }) })
        const result = await runner.encode(script, input)
        return result.ok ? null : { input: JSON.stringify(input), error: result.errors.join('; ') }
      } catch (thrown) {
        const refused = OndineError.from(thrown)
        if (refused.code === 'codec.engine-stopped') throw refused
        return { input: JSON.stringify(command), error: refused.message }
      }
    }),
  )
  return said.includes(null) ? null : (said[0] ?? null)
}

/** Whether some measure gives the value that a proof waits for. */
function isProvable({ measures }: Model, { proof }: CommandMapping): boolean {
  if (proof === undefined) return true
  const { name, channel } = proof
  return measures.some((measure) => measure.name === name && (channel === '$channel' || measure.channel === channel))
}
