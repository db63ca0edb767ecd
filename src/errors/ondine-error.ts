import { type ErrorContext, type ErrorKind, kinds, type Language } from './sentence.ts'
import { accessSentences } from './sentences/access.ts'
import { ageSentences } from './sentences/age.ts'
import { apiSentences } from './sentences/api.ts'
import { applySentences } from './sentences/apply.ts'
import { chirpstackSentences } from './sentences/chirpstack.ts'
import { cliSentences } from './sentences/cli.ts'
import { codecSentences } from './sentences/codecs.ts'
import { commandSentences } from './sentences/commands.ts'
import { configSentences } from './sentences/config.ts'
import { databaseSentences } from './sentences/database.ts'
import { deliverySentences } from './sentences/deliveries.ts'
import { formatSentences } from './sentences/formats.ts'
import { generalSentences } from './sentences/general.ts'
import { importSentences } from './sentences/import.ts'
import { inventorySentences } from './sentences/inventory.ts'
import { keySentences } from './sentences/keys.ts'
import { kitSentences } from './sentences/kit.ts'
import { labelSentences } from './sentences/labels.ts'
import { lifeSentences } from './sentences/life.ts'
import { modelSentences } from './sentences/models.ts'
import { mqttSentences } from './sentences/mqtt.ts'
import { pictureSentences } from './sentences/pictures.ts'
import { provisioningSentences } from './sentences/provisioning.ts'
import { readingSentences } from './sentences/readings.ts'
import { replaySentences } from './sentences/replay.ts'
import { simulatorSentences } from './sentences/simulator.ts'
import { territorySentences } from './sentences/territory.ts'
import { uplinksSentences } from './sentences/uplinks.ts'
import { valueSentences } from './sentences/values.ts'
import { vaultSentences } from './sentences/vault.ts'

const sentences = {
  ...simulatorSentences,
  ...generalSentences,
  ...accessSentences,
  ...ageSentences,
  ...apiSentences,
  ...applySentences,
  ...cliSentences,
  ...codecSentences,
  ...commandSentences,
  ...chirpstackSentences,
  ...configSentences,
  ...databaseSentences,
  ...deliverySentences,
  ...formatSentences,
  ...importSentences,
  ...inventorySentences,
  ...keySentences,
  ...labelSentences,
  ...lifeSentences,
  ...pictureSentences,
  ...kitSentences,
  ...provisioningSentences,
  ...readingSentences,
  ...replaySentences,
  ...modelSentences,
  ...mqttSentences,
  ...territorySentences,
  ...uplinksSentences,
  ...valueSentences,
  ...vaultSentences,
}

export type ErrorCode = keyof typeof sentences
type ContextOf<K extends ErrorCode> = Parameters<(typeof sentences)[K]['en']>[0]

/**
 * The one error of this project: a stable code, a sentence a person can act on, the facts it was made of,
 * and the cause. The message is in English; `sentenceOf` says the same in another language.
 */
export class OndineError<K extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'OndineError'
  readonly code: K
  readonly kind: ErrorKind
  readonly context: ErrorContext

  constructor(code: K, context: ContextOf<K>, options?: { cause?: unknown }) {
    super(sentenceOf(code, context, 'en') ?? code, options)
    this.code = code
    this.kind = sentences[code].kind
    this.context = { ...context }
  }

  get status(): number {
    return kinds[this.kind].status
  }

  get exitCode(): number {
    return kinds[this.kind].exitCode
  }

  /** Wraps what was thrown by someone else; an OndineError is returned as it is. */
  static from(thrown: unknown): OndineError {
    if (thrown instanceof OndineError) return thrown
    const reason = thrown instanceof Error ? thrown.message : String(thrown)
    return new OndineError('unexpected', { reason }, { cause: thrown })
  }
}

/** The sentence of a code, or undefined when this version does not know the code (an older command line). */
export function sentenceOf(code: string, context: ErrorContext, language: Language): string | undefined {
  if (!Object.hasOwn(sentences, code)) return undefined
  // Each sentence takes its own context; by its code alone the pairing cannot be told to the compiler.
  const render: unknown = sentences[code as ErrorCode][language]
  return typeof render === 'function' ? String(render(context)) : undefined
}

/** Every code this version knows, with its HTTP status and its English sentence, `{facts}` in braces: for the documentation of the API. */
export function knownErrors(): readonly { code: string; status: number; text: string }[] {
  const names = new Proxy({}, { get: (_target, name) => `{${String(name)}}` })
  return Object.entries(sentences).map(([code, { kind }]) => ({
    code,
    status: kinds[kind].status,
    // A part that is chosen by a fact has no name of its own.
    text: (sentenceOf(code, names, 'en') ?? '').replaceAll('undefined', '…'),
  }))
}
