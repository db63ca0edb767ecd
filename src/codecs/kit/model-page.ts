import { measurements } from '../../vocabulary/measurements.ts'
import type { DeviceProfile } from '../device-profile.ts'
import type { Example, Measure, Model } from '../model.ts'

/** Words of the page, in the reader's language. */
export interface PageWords {
  measures: string
  value: string
  unit: string
  meaning: string
  channel: string
  channels: string
  parameters: string
  name: string
  range: string
  required: string
  yes: string
  no: string
  orders: string
  order: string
  limits: string
  proof: string
  frames: string
  downlinks: string
  refused: string
  profile: string
  sources: string
  interval: string
}

interface Page {
  model: Model
  examples: readonly Example[]
  profile: DeviceProfile | null
  words: PageWords
  language: 'en' | 'fr'
  unit: (unit: string | null) => string
}

/** frames of one kind that a page shows */
const shown = 6

/** A page about a model in Markdown: what it measures, takes and says. */
export function modelPage(page: Page): string {
  const { model, words } = page
  const { family, version, service, expectedInterval } = model
  return [
    `# ${model.title}`,
    `\`${model.slug}\` ${version} · ${family} · ${service} · ${words.interval} ${expectedInterval} s`,
    section(words.measures, table([words.value, words.unit, words.channel, words.meaning], measureRows(page))),
    Object.keys(model.channels).length < 2 ? '' : section(words.channels, table([words.channel, words.meaning], channelRows(page))),
    section(words.parameters, table([words.name, words.unit, words.range, words.required, words.meaning], parameterRows(page))),
    section(words.orders, table([words.order, words.limits, words.proof], orderRows(page))),
    section(words.frames, frames(page, 'uplink')),
    section(words.downlinks, frames(page, 'downlink-encode')),
    section(words.profile, profileLine(page.profile)),
    section(words.sources, model.sources.map((source) => `- ${source}`).join('\n')),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n')
}

function section(title: string, body: string): string {
  return body === '' ? '' : `## ${title}\n${body}`
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return ''
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)].join('\n')
}

function measureRows({ model, language, unit }: Page): string[][] {
  const all: readonly Measure[] = [...model.measures, ...model.histories.flatMap(({ measures }) => measures)]
  const seen = new Map(all.map((measure) => [`${measure.channel} ${measure.name}`, measure]))
  return [...seen.values()].map(({ name, channel }) => {
    const measurement = measurements.get(name)
    return [`\`${name}\``, unit(measurement?.unit ?? null), channel, measurement?.label[language] ?? '']
  })
}

function channelRows({ model, language }: Page): string[][] {
  return Object.entries(model.channels).map(([name, { label }]) => [`\`${name}\``, label[language]])
}

function parameterRows({ model, language, words, unit }: Page): string[][] {
  return Object.entries(model.parameters).map(([name, parameter]) => [
    `\`${name}\``,
    unit(parameter.unit),
    parameter.range?.join(' – ') ?? '',
    parameter.required ? words.yes : words.no,
    parameter.label[language],
  ])
}

function orderRows({ model }: Page): string[][] {
  return Object.entries(model.commands).map(([type, { limits, proof }]) => [
    `\`${type}\``,
    Object.entries(limits)
      .map(([name, [min, max]]) => `${name} ${min} – ${max}`)
      .join(', '),
    proof === undefined ? '' : `\`${proof.name}\``,
  ])
}

function frames({ examples, words }: Page, type: 'uplink' | 'downlink-encode'): string {
  const own = examples.filter((example) => example.type === type)
  // What works first; of the refusals one is enough to see.
  const chosen = [
    ...own.filter(({ errors }) => errors === undefined).slice(0, shown),
    ...own.filter(({ errors }) => errors !== undefined).slice(0, 1),
  ]
  return chosen
    .map((example) => {
      const bytes = example.type === 'downlink-encode' ? example.output : example.input
      const frame = bytes === undefined ? '' : `fPort ${bytes.fPort} · \`${bytes.hex || '–'}\``
      const said =
        example.type === 'downlink-encode' ? example.input : example.type === 'uplink' ? (example.normalized ?? example.output) : null
      const told = example.errors === undefined ? json(said) : `${words.refused}: ${example.errors.join('; ')}`
      return `**${example.description}**\n\n${[frame, told].filter((part) => part !== '').join('\n\n')}`
    })
    .join('\n\n')
}

function json(value: unknown): string {
  return `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``
}

function profileLine(profile: DeviceProfile | null): string {
  if (profile === null) return ''
  const { region, macVersion, regionalParameters, supportsOtaa } = profile
  return `${region}, LoRaWAN ${macVersion}, ${regionalParameters}, class ${profile.class}, ${supportsOtaa ? 'OTAA' : 'ABP'}`
}
