import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readingPageSchema } from '../../src/api/contract/readings.ts'
import type { RawEvent } from '../../src/uplinks/ports.ts'
import { up } from '../uplinks/uplink-event.ts'
import type { OndineProcess } from './ondine-process.ts'

/** Four bytes are a number of its own for each frame, which comes back as the volume of its reading. */
export const countingCodec = `function decodeUplink(input) {
  if (input.bytes.length !== 4) return { errors: [input.bytes.length + ' bytes, 4 are needed'] }
  return { data: { n: input.bytes.reduce((sum, byte) => sum * 256 + byte, 0) } }
}`

/** Writes a folder of models for ONDINE_CODECS_FOLDERS: the same water meter, each with a codec of its own. */
export async function writeMeters(folder: string, codecs: Readonly<Record<string, string>>): Promise<void> {
  for (const [slug, codec] of Object.entries(codecs)) {
    const place = join(folder, slug)
    await mkdir(place, { recursive: true })
    const definition = {
      title: `Test meter ${slug}`,
      vendor: 'Acme',
      family: 'water-meter',
      version: '1.0.0',
      service: 'water',
      deviceProfile: 'axioma/qalcosonic-w1',
      expectedInterval: 3600,
      measures: [{ field: 'n', name: 'volume' }],
    }
    // JSON is YAML
    await writeFile(join(place, 'model.yaml'), JSON.stringify(definition))
    await writeFile(join(place, 'codec.js'), codec)
    await writeFile(join(place, 'examples.json'), '[]')
  }
}

/** The devices of a load, by their number. */
export function loadDevice(index: number): string {
  return (0x0018b20000000100n + BigInt(index)).toString(16).padStart(16, '0')
}

export async function installMeter(ondine: OndineProcess, devEui: string, model: string): Promise<void> {
  await ondine.send('PUT', `/v1/devices/${devEui}/installation`, {
    tenant: 'tours',
    service: 'water',
    asset: `W-${devEui.slice(-4)}`,
    model,
    from: '2026-01-01T00:00:00.000Z',
  })
}

/** `firstTime`: of number 0, ms; each number is ten milliseconds later than the one before, so that no two have one key. */
export function numberedUplink(devEui: string, number: number, firstTime: number): RawEvent {
  const data = Buffer.alloc(4)
  data.writeUInt32BE(number)
  const time = new Date(firstTime + number * 10).toISOString().replace('Z', '+00:00')
  return up(devEui, number, { data: data.toString('base64'), time })
}

/** The numbers of all readings in the store, in no order. */
export async function storedNumbers(ondine: OndineProcess): Promise<number[]> {
  const numbers: number[] = []
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const after: string = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page = readingPageSchema.parse(await ondine.get(`/v1/readings?limit=1000&order=oldest${after}`))
    numbers.push(...page.items.map(({ values }) => Number(values.volume)))
    cursor = page.cursor
  }
  return numbers
}
