import type { ModelFiles } from './model-files.ts'

/** What a person has to know before a device of an imported model is installed. */
export function readmeOf(
  { model, profile, notTaken, notMapped, otherCodecs, port }: ModelFiles,
  failed: readonly { description: string; reason: string }[],
): string {
  const { source = '', licence = '', path = '' } = model.origin ?? {}
  const list = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ['', `## ${title}`, '', ...lines.map((line) => `- ${line}`)]
  return [
    `# ${plain(model.title)}`,
    '',
    `Imported from ${plain(source)}, \`${code(path)}\`; licence: ${plain(licence)}.`,
    '',
    '- Its codec is of others: what it decodes is as good as its examples.',
    '- How often it reports is not known: one report an hour is expected until `expectedInterval` is set.',
    '- Its family is not known: set `family` and `service` in `model.yaml`.',
    ...(profile === null ? ['- Its device profile for EU868 is not known: it has to be written before a device is installed.'] : []),
    ...(port === null ? [] : [`- Its encoder names no port: downlinks go to fPort ${port}.`]),
    ...list(
      'Other codecs that the catalogue has for it, of older payload formats as a rule',
      otherCodecs.map((path) => `\`${code(path)}\``),
    ),
    ...list(
      'Not mapped to the vocabulary',
      notMapped.map((field) => `\`${code(field)}\``),
    ),
    ...list(
      'Vectors that do not pass',
      failed.map(({ description, reason }) => `${plain(description)}: ${plain(reason)}`),
    ),
    ...list(
      'Vectors that were not taken over',
      notTaken.map(({ description, error }) => `${plain(description)}: ${plain(error.message)}`),
    ),
    '',
  ].join('\n')
}

/** One line of text that Markdown shows as it is. */
function plain(text: string): string {
  return oneLine(text).replace(/[\\`*_[\]<>#|]/g, '\\$&')
}

function code(text: string): string {
  return oneLine(text).replaceAll('`', "'")
}

function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\u2028\u2029\s]+/gu, ' ')
    .trim()
    .slice(0, 300)
}
