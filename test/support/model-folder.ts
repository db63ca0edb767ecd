import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { stringify } from 'yaml'

/** A water meter of one frame: two bytes of litres, one of temperature with its sign. */
export const flowCodec = `const LENGTH = 3

function decodeUplink(input) {
  if (input.fPort !== 2) return { errors: ['fPort ' + input.fPort + ' is unknown, expected 2'] }
  if (input.bytes.length !== LENGTH) {
    return { errors: [input.bytes.length + ' bytes, 3 are needed'] }
  }
  const litres = input.bytes[0] * 256 + input.bytes[1]
  const sign = input.bytes[2] > 127 ? 256 : 0
  return { data: { volume_m3: litres / 1000, temperature_Cel: input.bytes[2] - sign } }
}

function encodeDownlink(input) {
  const command = input.data
  if (command.type !== 'set-interval') return { errors: ['unknown command ' + command.type] }
  if (!(command.seconds >= 60 && command.seconds <= 86400)) return { errors: ['seconds from 60 to 86400'] }
  return { fPort: 3, bytes: [command.seconds >> 16, (command.seconds >> 8) & 255, command.seconds & 255] }
}

function decodeDownlink(input) {
  if (input.bytes.length !== 3) return { errors: ['3 bytes are needed'] }
  return { data: { type: 'set-interval', seconds: input.bytes[0] * 65536 + input.bytes[1] * 256 + input.bytes[2] } }
}
`

export const flowModel = {
  title: 'Acme Flow 2 water meter',
  vendor: 'Acme',
  family: 'water-meter',
  version: '1.0.0',
  service: 'water',
  deviceProfile: 'acme/flow-2',
  expectedInterval: 3600,
  measures: [
    { field: 'volume_m3', name: 'volume' },
    { field: 'temperature_Cel', name: 'waterTemperature' },
  ],
  commands: { 'set-interval': { input: { type: 'set-interval', seconds: '$seconds' }, limits: { seconds: [60, 86400] } } },
}

const uplink = (description: string, hex: string, said: object, fPort = 2) => ({
  type: 'uplink',
  description,
  input: { fPort, hex },
  ...said,
})

export const flowExamples: Record<string, unknown>[] = [
  uplink('index', '307809', {
    output: { volume_m3: 12.408, temperature_Cel: 9 },
    normalized: { main: { volume: 12.408, waterTemperature: 9 } },
  }),
  uplink('frost', '0001ff', { output: { temperature_Cel: -1 }, normalized: { main: { volume: 0.001, waterTemperature: -1 } } }),
  uplink('greatest', 'ffff7f', { output: { volume_m3: 65.535 }, normalized: { main: { volume: 65.535, waterTemperature: 127 } } }),
  uplink('least', '000080', { output: { volume_m3: 0 }, normalized: { main: { volume: 0, waterTemperature: -128 } } }),
  uplink('empty', '', { errors: ['0 bytes'] }),
  uplink('short', '3078', { errors: ['2 bytes'] }),
  uplink('other port', '307809', { errors: ['fPort 9'] }, 9),
  { type: 'downlink-encode', description: 'hourly', input: { type: 'set-interval', seconds: 3600 }, output: { fPort: 3, hex: '000e10' } },
  { type: 'downlink-encode', description: 'least', input: { type: 'set-interval', seconds: 60 }, output: { fPort: 3, hex: '00003c' } },
  {
    type: 'downlink-encode',
    description: 'greatest',
    input: { type: 'set-interval', seconds: 86400 },
    output: { fPort: 3, hex: '015180' },
  },
  { type: 'downlink-encode', description: 'too long', input: { type: 'set-interval', seconds: 86401 }, errors: ['86400'] },
  { type: 'downlink-encode', description: 'unknown', input: { type: 'dance' }, errors: ['dance'] },
  { type: 'downlink-decode', description: 'hourly', input: { fPort: 3, hex: '000e10' }, output: { type: 'set-interval', seconds: 3600 } },
  { type: 'downlink-decode', description: 'short', input: { fPort: 3, hex: '' }, errors: ['3 bytes'] },
]

interface Parts {
  codec?: string
  model?: object
  examples?: readonly object[]
}

/** Folders of models on disk, for tests of the kit; `codecs` and `device-profiles` stand side by side in `root`. */
export class ModelFolder {
  readonly root = mkdtempSync(join(tmpdir(), 'ondine-kit-'))
  readonly codecs = join(this.root, 'codecs')

  /** The water meter above, with what is given in its place. */
  put(slug = 'acme/flow-2', { codec = flowCodec, model = flowModel, examples = flowExamples }: Parts = {}): void {
    this.write(`codecs/${slug}/codec.js`, codec)
    this.write(`codecs/${slug}/model.yaml`, stringify(model))
    this.write(`codecs/${slug}/examples.json`, JSON.stringify(examples, null, 2))
    this.write(`codecs/${slug}/README.md`, '# Flow 2\n')
    this.write(
      `device-profiles/${slug}.yaml`,
      stringify({
        ...{ title: 'Acme Flow 2', region: 'EU868', macVersion: '1.0.3', regionalParameters: 'A', class: 'A' },
        ...{ supportsOtaa: true, expectedInterval: 3600 },
      }),
    )
  }

  write(path: string, text: string): void {
    const file = join(this.root, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }

  rename(from: string, to: string): void {
    renameSync(join(this.root, from), join(this.root, to))
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true })
  }
}
