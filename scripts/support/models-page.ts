import { join } from 'node:path'
import { pino } from 'pino'
import { readDeviceProfile } from '../../src/codecs/read-device-profile.ts'
import { Registry } from '../../src/codecs/registry.ts'
import { families } from '../../src/vocabulary/families.ts'

/** The command that makes `docs/models.md` anew. */
export const modelsCommand = 'node scripts/models.ts'

const root = join(import.meta.dirname, '../..')

const preface = `# Device models

The models that come with the program, from \`codecs/\`. Each folder has its own README: where its payload layout is published, what is not known.
This page is made by \`${modelsCommand}\`; a test holds it to the folders. Others are brought in by \`ondine codec import\`.`

/** `docs/models.md`, from the folders of models and of device profiles. */
export async function modelsPage(): Promise<string> {
  const registry = new Registry({ folders: [join(root, 'codecs')], logger: pino({ level: 'silent' }) })
  await registry.start()
  const models = registry.list()
  const sections: string[] = []
  for (const [family, { label }] of families) {
    const own = models.filter((model) => model.family === family)
    if (own.length === 0) continue
    const rows: string[] = []
    for (const model of own) {
      const { class: deviceClass } = await readDeviceProfile(join(root, 'device-profiles'), model.deviceProfile)
      const values = [...new Set([...model.measures, ...model.histories.flatMap(({ measures }) => measures)].map(({ name }) => name))]
      const cells = [
        `[\`${model.slug}\`](../codecs/${model.slug}/README.md)`,
        model.title,
        deviceClass,
        values.join(', '),
        Object.keys(model.commands).join(', '),
        Object.entries(model.parameters)
          .map(([name, { required }]) => `${name}${required ? '*' : ''}`)
          .join(', '),
      ]
      rows.push(`| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    }
    const head = '| model | device | class | values | orders | parameters |\n|---|---|---|---|---|---|'
    sections.push(`## ${label.en[0]?.toUpperCase()}${label.en.slice(1)}\n\n${head}\n${rows.join('\n')}`)
  }
  return `${[preface, ...sections].join('\n\n')}\n\nA parameter with \`*\` is needed when the device is installed.\n`
}
