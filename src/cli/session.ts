import type { Client } from '../api/contract/client.ts'
import type { Config } from '../config/schema.ts'
import { type Language, languageOf } from '../language/message.ts'
import { type Translator, translator } from '../language/translator.ts'
import { forTerminal } from './for-terminal.ts'
import type { Io } from './io.ts'
import type { Launch } from './launch.ts'
import type { TryOut } from './try-out.ts'

/** As a shell counts it: 128 and the number of SIGINT. */
export const interruptedCode = 130

/** Options that every command takes. */
export interface GlobalOptions {
  json?: true
  debug?: true
  lang?: string
  url?: string
  token?: string
  config?: string
}

interface Given {
  io: Io
  launch: Launch
  tryOut?: TryOut | undefined
  language: string | undefined
  options: () => GlobalOptions
}

/** One run of the command line: where it writes, in which language, and how it finds the server. */
export class Session {
  readonly io: Io
  readonly launch: Launch
  /** undefined: nothing can be tried out here */
  readonly tryOut: TryOut | undefined
  readonly language: Language
  readonly words: Translator
  /** of a command that came to its end without an error */
  exitCode: 0 | 1 | typeof interruptedCode = 0
  readonly #options: () => GlobalOptions

  constructor({ io, launch, tryOut, language, options }: Given) {
    this.io = forTerminal(io)
    this.launch = launch
    this.tryOut = tryOut
    this.language = languageOf(language, io.environment)
    this.words = translator(this.language)
    this.#options = options
  }

  get options(): GlobalOptions {
    return this.#options()
  }

  /** Colours only for people who look at a terminal (no-color.org). */
  get colour(): boolean {
    return this.io.isTerminal && (this.io.environment.NO_COLOR ?? '') === ''
  }

  /** One answer: as it is with `--json`, else as people read it. */
  answer(value: unknown, lines: () => readonly string[]): void {
    if (this.options.json === true) this.io.out(`${JSON.stringify(value, null, 2)}\n`)
    else this.print(lines())
  }

  print(lines: readonly string[]): void {
    for (const line of lines) this.io.out(`${line}\n`)
  }

  /** Throws `config.invalid` or `config.unreadable`. */
  async config(): Promise<Config> {
    const { loadConfig } = await import('../config/load.ts')
    return loadConfig(this.configSources())
  }

  configSources(): { file?: string; environment: Io['environment'] } {
    const file = this.options.config ?? this.io.environment.ONDINE_CONFIG
    return { environment: this.io.environment, ...(file === undefined ? {} : { file }) }
  }

  /** Is somebody there who can be asked? */
  get isPerson(): boolean {
    return this.io.isTerminal && this.io.input === undefined && process.stdin.isTTY === true && this.options.json !== true
  }

  /**
   * The library behind it takes 70 ms to load: asked for only by commands that talk to the server. `usual`: address of the server
   * where no other is given.
   */
  async client(usual?: string): Promise<Client> {
    const { connect } = await import('./connect.ts')
    return connect(this, usual)
  }
}
