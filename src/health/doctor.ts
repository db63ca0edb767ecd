import type { Scope } from '../access/scope.ts'
import {
  checkBroker,
  checkChirpstack,
  checkClock,
  checkCodecs,
  checkDeadLetters,
  checkEvents,
  checkJoins,
  checkRetention,
  checkSpool,
  checkStore,
} from './checks.ts'
import type { EventFacts } from './event-watch.ts'
import type { Finding, FindingCode } from './finding.ts'
import type { Probes } from './ports.ts'

/** A probe that has not answered by then is as good as silent. */
const probeTimeoutMs = 8_000

/**
 * Everything that stands between here and the first reading, in the order a frame passes it: all probes are asked at
 * once, none can fail the others, and what cannot be known is said.
 */
export async function examine(probes: Probes, scope: Scope, events: EventFacts, now: Date): Promise<readonly Finding[]> {
  const { chirpstack } = probes
  const unreachable = async <T>(ask: () => Promise<T>) =>
    ask().catch((error: unknown) => ({ reached: false as const, reason: reasonOf(error) }))
  const found = await Promise.all([
    unreachable(() => within(probes.broker())).then(checkBroker),
    chirpstack === null ? checkChirpstack(null) : unreachable(() => within(chirpstack())).then(checkChirpstack),
    checkEvents(events, now),
    checkClock(events.lags),
    checkSpool(probes.spool(), now),
    unreachable(async () => ({ reached: true as const, ...(await within(probes.store())) })).then(checkStore),
    checkCodecs(probes.codecs()),
    checkRetention(probes.sweep()),
    attempt('joins', 'joins-unknown', async () => {
      const [devices, unheard] = await Promise.all([within(probes.devices(scope)), within(probes.neverJoined(scope))])
      return checkJoins(devices, unheard, events.joinTroubles)
    }),
    attempt('dead-letters', 'dead-letters-unknown', async () => checkDeadLetters(await within(probes.deadLetters(scope)))),
  ])
  const blind: Finding[] = chirpstack === null ? [] : [{ check: 'radio', outcome: 'unknown', code: 'blind-to-radio', context: {} }]
  return [...found.flat(), ...blind]
}

async function attempt(check: string, code: FindingCode, ask: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await ask()
  } catch (error) {
    return [{ check, outcome: 'unknown', code, context: { reason: reasonOf(error) } }]
  }
}

function within<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${probeTimeoutMs / 1000} s`)), probeTimeoutMs)
  })
  return Promise.race([answer, late]).finally(() => clearTimeout(timer))
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
