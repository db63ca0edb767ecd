import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { confirm, isCancel, log, password, select, text } from '@clack/prompts'
import type { Config, StoreSettings } from '../../config/schema.ts'
import { OndineError } from '../../errors/ondine-error.ts'
import { toYaml } from '../../formats/yaml.ts'
import { detailOf } from '../report-error.ts'
import type { Session } from '../session.ts'
import type { Part } from '../try-out.ts'

/** Somebody pressed Ctrl-C: nothing is written. */
class Left extends Error {}

interface Answers {
  chirpstack: NonNullable<Config['chirpstack']>
  broker: Extract<Part, { kind: 'broker' }>['settings']
  store: StoreSettings
}

/**
 * Asks a person for ChirpStack, broker and store, tries each as it is given, and writes the configuration, readable by its owner
 * alone. Gives the file; null: the simulated network is wanted, which needs none; `left`: Ctrl-C, and nothing was written.
 */
export async function askConfig(session: Session, file: string): Promise<string | null | 'left'> {
  try {
    const answers = await new Asking(session).all()
    if (answers === null) return null
    await written(file, `# ${session.words.text('init.config-about')}\n${toYaml(answers)}`)
    return file
  } catch (thrown) {
    if (thrown instanceof Left) return 'left'
    throw thrown
  }
}

/** What came in between is not written over. */
async function written(file: string, yaml: string): Promise<void> {
  try {
    await writeFile(file, yaml, { flag: 'wx', mode: 0o600, flush: true })
  } catch (thrown) {
    if (existsSync(file)) throw new OndineError('cli.file-there', { file }, { cause: thrown })
    throw thrown
  }
}

class Asking {
  readonly #session: Session

  constructor(session: Session) {
    this.#session = session
  }

  async all(): Promise<Answers | null> {
    const { words } = this.#session
    const network = given(
      await select({
        message: words.text('init.which-network'),
        options: [
          { value: 'chirpstack', label: words.text('init.network-chirpstack') },
          { value: 'simulated', label: words.text('init.network-simulated') },
        ],
      }),
    )
    if (network === 'simulated') return null
    const chirpstack = await this.#tried(async () => ({ kind: 'chirpstack' as const, settings: await this.#chirpstack() }))
    const { hostname } = new URL(chirpstack.settings.url)
    const broker = await this.#tried(async () => ({ kind: 'broker' as const, settings: await this.#broker(hostname) }))
    const store = await this.#tried(async () => ({ kind: 'store' as const, settings: await this.#store() }))
    return { chirpstack: chirpstack.settings, broker: broker.settings, store: store.settings }
  }

  async #chirpstack(): Promise<Answers['chirpstack']> {
    const { words } = this.#session
    const url = await this.#address(words.text('init.chirpstack-url'), 'http://127.0.0.1:8080', ['http:', 'https:'])
    return { url, token: await this.#secret(words.text('init.chirpstack-token')) }
  }

  async #broker(host: string): Promise<Answers['broker']> {
    const { words } = this.#session
    const url = await this.#address(words.text('init.broker-url'), `mqtt://${host}:1883`, ['mqtt:', 'mqtts:', 'ws:', 'wss:'])
    return { url, ...(await this.#login()) }
  }

  async #store(): Promise<StoreSettings> {
    const { words } = this.#session
    const kind = given(
      await select<StoreSettings['kind']>({
        message: words.text('init.store'),
        options: [
          { value: 'sqlite', label: words.text('init.store-sqlite') },
          { value: 'influxdb2', label: 'InfluxDB 2' },
          { value: 'influxdb1', label: 'InfluxDB 1' },
          { value: 'influxdb3', label: 'InfluxDB 3' },
        ],
      }),
    )
    if (kind === 'sqlite') return { kind }
    const url = await this.#address(words.text('init.store-url'), 'http://127.0.0.1:8086', ['http:', 'https:'])
    if (kind === 'influxdb2') {
      const org = await this.#text(words.text('init.store-org'), '')
      const bucket = await this.#text(words.text('init.store-bucket'), 'ondine')
      return { kind, url, org, bucket, token: await this.#secret(words.text('init.store-token')) }
    }
    const database = await this.#text(words.text('init.store-database'), 'ondine')
    if (kind === 'influxdb3') return { kind, url, database, token: await this.#secret(words.text('init.store-token')) }
    return { kind, url, database, ...(await this.#login()) }
  }

  async #login(): Promise<{ username?: string; password?: string }> {
    const { words } = this.#session
    const username = (given(await text({ message: words.text('init.username'), defaultValue: '' })) ?? '').trim()
    return username === '' ? {} : { username, password: await this.#secret(words.text('init.password')) }
  }

  /** Asks again until it answers as it should, or a person takes it as it is. */
  async #tried<P extends Part>(ask: () => Promise<P>): Promise<P> {
    const { words, language, tryOut } = this.#session
    for (;;) {
      const part = await ask()
      const problem = tryOut === undefined ? null : await tryOut(part)
      if (problem === null) {
        log.success(words.text('init.works'))
        return part
      }
      log.error(detailOf(problem, language))
      const keep = given(
        await confirm({
          message: words.text('init.keep'),
          initialValue: false,
          active: words.text('plan.yes'),
          inactive: words.text('init.again'),
        }),
      )
      if (keep) return part
    }
  }

  async #address(message: string, usual: string, protocols: readonly string[]): Promise<string> {
    const { words } = this.#session
    const isAddress = (url: string) => URL.canParse(url) && protocols.includes(new URL(url).protocol) && !url.includes('@')
    const said = await text({
      message,
      placeholder: usual,
      defaultValue: usual,
      validate: (url = '') =>
        url === '' || isAddress(url.trim())
          ? undefined
          : words.text('init.bad-address', { protocols: protocols.map((one) => `${one}//`).join(' ') }),
    })
    return given(said).trim()
  }

  async #text(message: string, usual: string): Promise<string> {
    const { words } = this.#session
    const said = await text({
      ...{ message, placeholder: usual, defaultValue: usual },
      validate: (value = '') => (value.trim() === '' && usual === '' ? words.text('init.needed') : undefined),
    })
    return given(said).trim()
  }

  async #secret(message: string): Promise<string> {
    const { words } = this.#session
    const said = await password({ message, validate: (value = '') => (value.trim() === '' ? words.text('init.needed') : undefined) })
    return given(said).trim()
  }
}

/** clack gives a symbol where somebody left. */
function given<T>(said: T): Exclude<T, symbol> {
  if (isAnswer(said)) return said
  throw new Left()
}

function isAnswer<T>(said: T): said is Exclude<T, symbol> {
  return !isCancel(said)
}
