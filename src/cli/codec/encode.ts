import type { Command } from 'commander'
import type { Source } from '../../codecs/kit/frames.ts'
import { OndineError } from '../../errors/ondine-error.ts'
import { given, withExamples } from '../options.ts'
import type { Session } from '../session.ts'
import { pairs } from './pairs.ts'
import { batch, codecSource, type SourceOptions, withSource } from './source.ts'

/** Fields of the standard commands, each an option of its name. */
const fields = ['level', 'fade', 'on', 'circuit', 'minutes', 'litres', 'valve', 'seconds', 'time'] as const
type Field = (typeof fields)[number]

interface EncodeOptions extends SourceOptions, Partial<Record<Field, string>> {
  command?: string
  channel?: string
  firmware?: string
}

/** `ondine codec encode`: the bytes of a command, in the codec's own words or as a standard command. */
export function build(command: Command, session: Session): void {
  const { words } = session
  const built = withSource(command.description(words.text('help.codec-encode')), session)
    .argument('[model]', words.text('help.arg-model'))
    .argument('[data...]', words.text('help.arg-encode-data'))
    .option('--command <type>', words.text('help.opt-command'))
    .option('--channel <name>', words.text('help.opt-channel'))
    .option('--firmware <version>', words.text('help.opt-firmware'))
  for (const field of fields) built.option(`--${field} <value>`, words.text('help.opt-command-field', { field }))
  built.action(async (model: string | undefined, data: string[]) => {
    const options = command.opts<EncodeOptions>()
    const source = await codecSource(options)
    if (options.batch === true) return batch(session, (kit, runner, lines, says) => kit.encodeOrders(runner, source, lines, says))
    const bare = 'script' in source
    const said = [...(bare && model !== undefined ? [model] : []), ...data]
    await encodeOne(session, source, {
      ...given({ model: bare ? undefined : model, firmware: options.firmware }),
      ...orderOf(said, options),
    })
  })
  withExamples(command, session, [
    'ondine codec encode nasys/ul20xx --command dim --level 40',
    'ondine codec encode decentlab/dl-trs12 type=set-interval seconds=600',
    `ondine codec encode --codec codec.js '{"type":"reboot"}'`,
    'ondine codec encode --batch < commands.jsonl',
  ])
}

/** JSON, or name=value words; with `--command`, the fields of a standard command. */
function orderOf(said: readonly string[], { command, channel, ...options }: EncodeOptions): Record<string, unknown> {
  const texts = fields.flatMap((field) => (options[field] === undefined ? [] : [`${field}=${options[field]}`]))
  if (command === undefined) {
    const [first] = said
    if (first === undefined)
      throw new OndineError('kit.needs', { what: 'model, data', example: 'ondine codec encode acme/flow-2 type=reboot' })
    return { data: first.trimStart().startsWith('{') ? parsed(said.join(' ')) : pairs(said) }
  }
  const { minutes, ...values } = pairs([...texts, ...said])
  // Of an opening the minutes are part of the command; of others they are how long the effect lasts.
  const inside = command === 'open' ? given({ minutes }) : {}
  return { order: { type: command, ...values, ...inside }, ...(command === 'open' ? {} : given({ minutes })), ...given({ channel }) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (thrown) {
    throw new OndineError(
      'kit.bad-line',
      { path: 'data', reason: thrown instanceof Error ? thrown.message : String(thrown) },
      { cause: thrown },
    )
  }
}

async function encodeOne(session: Session, source: Source, line: Record<string, unknown>): Promise<void> {
  const [{ encodeOrders }, { withWorkbench }, { detailOf }] = await Promise.all([
    import('../../codecs/kit/frames.ts'),
    import('../../codecs/kit/workbench.ts'),
    import('../report-error.ts'),
  ])
  let refusal: OndineError | undefined
  const says = (error: OndineError) => {
    refusal = error
    return detailOf(error, session.language)
  }
  const [encoded] = await withWorkbench(({ runner }) => encodeOrders(runner, source, [line], says))
  if (refusal !== undefined) throw refusal
  if (encoded === undefined || 'errors' in encoded) throw new OndineError('kit.refused', { errors: encoded?.errors.join('; ') ?? '' })
  const { fPort, hex, warnings } = encoded
  session.answer(encoded, () => [`fPort ${fPort}  ${hex}`, ...warnings.map((warning) => session.words.text('codec.warning', { warning }))])
}
