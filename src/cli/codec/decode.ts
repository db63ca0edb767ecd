import type { Command } from 'commander'
import type { DecodedFrame, Source } from '../../codecs/kit/frames.ts'
import { OndineError } from '../../errors/ondine-error.ts'
import { collect, given as present, withExamples } from '../options.ts'
import type { Session } from '../session.ts'
import { table } from '../table.ts'
import { pairs, textPairs } from './pairs.ts'
import { unitSign, valueText } from './shown.ts'
import { batch, codecSource, type SourceOptions, withSource } from './source.ts'

interface DecodeOptions extends SourceOptions {
  time?: string
  variables?: string[]
  parameters?: string[]
  firmware?: string
}

/** `ondine codec decode`: what a frame says, in the codec's words and in the vocabulary's. */
export function build(command: Command, session: Session): void {
  const { words } = session
  withSource(command.description(words.text('help.codec-decode')), session)
    .argument('[model]', words.text('help.arg-model'))
    .argument('[fPort]', words.text('help.arg-fport'))
    .argument('[hex]', words.text('help.arg-hex'))
    .option('--time <time>', words.text('help.opt-frame-time'))
    .option('--variables <name=value>', words.text('help.opt-variables'), collect)
    .option('--parameters <name=value>', words.text('help.opt-parameters'), collect)
    .option('--firmware <version>', words.text('help.opt-firmware'))
    .action(async (...args: [...(string | undefined)[], DecodeOptions, Command]) => {
      const options = command.opts<DecodeOptions>()
      const source = await codecSource(options)
      if (options.batch === true) return batch(session, (kit, runner, lines, says) => kit.decodeFrames(runner, source, lines, says))
      await decodeOne(
        session,
        source,
        args.slice(0, 3).filter((word) => typeof word === 'string'),
        options,
      )
    })
  withExamples(command, session, [
    'ondine codec decode axioma/qalcosonic-w1 103 4057576630 --time 2024-05-29T16:26:52Z',
    'ondine codec decode milesight/em400-mud 85 0482c80b --parameters emptyDistance=2 --parameters fullDistance=0.3',
    'ondine codec decode --codec codec.js 2 307809',
    'ondine codec decode --batch < frames.jsonl > readings.jsonl',
  ])
}

async function decodeOne(session: Session, source: Source, words: readonly string[], options: DecodeOptions): Promise<void> {
  const bare = 'script' in source
  const [model, fPort, given] = bare ? [undefined, ...words] : words
  const example = `ondine codec decode ${bare ? '--codec codec.js' : 'acme/flow-2'} 2 307809`
  if (fPort === undefined || given === undefined) {
    throw new OndineError('kit.needs', { what: bare ? 'fPort, hex' : 'model, fPort, hex', example })
  }
  const hex = given.replaceAll(/[\s:-]/g, '')
  const refused = (argument: string, said: string, expected: 'slug' | 'port' | 'hex') =>
    new OndineError('kit.bad-argument', { argument, given: said, expected, example })
  if (model !== undefined && !model.includes('/')) throw refused('model', model, 'slug')
  if (!/^\d{1,3}$/.test(fPort) || Number(fPort) > 255) throw refused('fPort', fPort, 'port')
  if (!/^([0-9a-f]{2})*$/i.test(hex)) throw refused('hex', given, 'hex')
  const { time, variables, parameters, firmware } = options
  const line = {
    ...{ fPort: Number(fPort), hex, variables: textPairs(variables), parameters: pairs(parameters) },
    ...present({ model, time, firmware }),
  }
  const [{ decodeFrames }, { withWorkbench }, { detailOf }] = await Promise.all([
    import('../../codecs/kit/frames.ts'),
    import('../../codecs/kit/workbench.ts'),
    import('../report-error.ts'),
  ])
  let refusal: OndineError | undefined
  const says = (error: OndineError) => {
    refusal = error
    return detailOf(error, session.language)
  }
  const [decoded] = await withWorkbench(({ runner }) => decodeFrames(runner, source, [line], says))
  if (refusal !== undefined) throw refusal
  if (decoded === undefined || 'errors' in decoded) {
    throw new OndineError('kit.refused', { errors: decoded?.errors.join('; ') ?? '' })
  }
  const lines = await decodedLines(session, decoded)
  session.answer(decoded, () => lines)
}

async function decodedLines(session: Session, { data, values, warnings }: Exclude<DecodedFrame, { errors: unknown }>): Promise<string[]> {
  const { words, language } = session
  const { describeFlag, describeValue, unitSuffix } = await import('../../codecs/kit/describe.ts')
  const fields = leaves(data, '').map(([path, value]) => [path, valueText(words, value, unitSuffix(path))])
  const told = (values ?? []).flatMap((reading) => {
    const names = [...new Set([...Object.keys(reading.values), ...Object.keys(reading.flags)])]
    return names.map((name) => {
      const { unit, label } = describeValue(name, language)
      const value = reading.values[name]
      const flag = reading.flags[name]
      const shown =
        typeof value === 'number' ? `${Number(value.toPrecision(7))} ${unitSign(unit)}`.trim() : value === undefined ? null : String(value)
      return [reading.channel, reading.time, name, shown, label, flag === undefined ? '' : describeFlag(flag, language)]
    })
  })
  const titles = (['channel', 'time', 'name', 'value', 'label', 'doubt'] as const).map((title) => words.text(`column.${title}`))
  return [
    ...(await table(session, [words.text('column.decoded-field'), words.text('column.value')], fields)),
    ...(values === undefined ? [] : ['', ...(await table(session, titles, told))]),
    ...warnings.map((warning) => words.text('codec.warning', { warning })),
  ]
}

function leaves(value: unknown, path: string): [string, unknown][] {
  if (typeof value !== 'object' || value === null) return [[path, value]]
  if (Array.isArray(value) && value.every((entry) => typeof entry !== 'object')) return [[path, value.join(', ')]]
  const entries: [string, unknown][] = Object.entries(value)
  return entries.flatMap(([key, inside]) => {
    if (Array.isArray(value)) return leaves(inside, `${path}[${key}]`)
    return leaves(inside, path === '' ? key : `${path}.${key}`)
  })
}
