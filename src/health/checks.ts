import type { CodecStatus } from '../codecs/engine/strikes.ts'
import type { StoreDescription } from '../readings/reading-store.ts'
import type { EventFacts } from './event-watch.ts'
import type { Finding, FindingCode } from './finding.ts'
import type { ChirpstackAnswer, Probes, Reached, Right, SpoolHealth, UnheardDevice } from './ports.ts'

type Context = Finding['context']

const ok = (check: string, code: FindingCode, context: Context = {}): Finding => ({ check, outcome: 'ok', code, context })
const wrong = (check: string, code: FindingCode, context: Context = {}): Finding => ({ check, outcome: 'wrong', code, context })
const unknown = (check: string, code: FindingCode, context: Context = {}): Finding => ({ check, outcome: 'unknown', code, context })

export function checkBroker(broker: Awaited<ReturnType<Probes['broker']>>): Finding[] {
  return [
    broker.reached ? ok('broker', 'broker-reached', { url: broker.url }) : wrong('broker', 'broker-unreachable', { reason: broker.reason }),
  ]
}

export function checkChirpstack(answer: ChirpstackAnswer | null): Finding[] {
  if (answer === null) return [ok('chirpstack', 'chirpstack-simulated')]
  if (!answer.reached) return [wrong('chirpstack', 'chirpstack-unreachable', { reason: answer.reason })]
  const reached = ok('chirpstack', 'chirpstack-reached', { url: answer.url })
  if (answer.sees === null) return [reached, wrong('rights', 'key-refused')]
  return [reached, ...checkRights(answer.rights)]
}

function checkRights(rights: readonly Right[]): Finding[] {
  const named = (allowed: boolean | null) =>
    rights
      .filter((right) => right.allowed === allowed)
      .map((right) => right.action)
      .join(', ')
  const [refused, untold] = [named(false), named(null)]
  const findings: Finding[] = []
  if (refused !== '') findings.push(wrong('rights', 'rights-missing', { actions: refused }))
  if (untold !== '') findings.push(unknown('rights', 'rights-unknown', { actions: untold }))
  if (findings.length === 0 && rights.length > 0) findings.push(ok('rights', 'rights-complete', { count: rights.length }))
  return findings
}

/** Longer without a single event is worth a look whatever the fleet. */
const quietMinutes = 60

/** One event at QoS 0 proves a wrong setting: a subscription at QoS 1 gets each message at the QoS it was published with (MQTT 5 §3.8.4). */
export function checkEvents(events: EventFacts, now: Date): Finding[] {
  if (events.lastReceivedAt === null) return [unknown('events', 'no-event-yet')]
  const findings = [
    events.atQos0 > 0 ? wrong('events', 'qos-zero', { count: events.atQos0 }) : ok('events', 'qos-kept', { count: events.total }),
  ]
  const minutes = Math.floor((now.getTime() - Date.parse(events.lastReceivedAt)) / 60_000)
  if (minutes >= quietMinutes) findings.push(wrong('events', 'events-stopped', { minutes }))
  return findings
}

const enoughLags = 5
const tolerableLagMs = 10_000

/** The smallest lag is the truest: a backlog, delivered late, only makes lags longer, never shorter. */
export function checkClock(lags: readonly number[]): Finding[] {
  if (lags.length < enoughLags) return [unknown('clock', 'clock-unknown')]
  const lag = Math.min(...lags)
  const seconds = Math.round(lag / 1000)
  return Math.abs(lag) > tolerableLagMs
    ? [wrong('clock', 'clock-drifts', { seconds })]
    : [ok('clock', 'clock-agrees', { seconds: Math.max(1, Math.abs(seconds)) })]
}

export function checkSpool({ refusal, damage }: SpoolHealth, now: Date): Finding[] {
  const findings: Finding[] = []
  if (refusal !== null) {
    const minutes = Math.max(0, Math.floor((now.getTime() - Date.parse(refusal.since)) / 60_000))
    const { reason } = refusal
    findings.push(wrong('spool', refusal.code === 'spool.full' ? 'spool-full' : 'spool-unwritable', { reason, minutes }))
  }
  if (damage.files > 0) findings.push(wrong('spool', 'spool-damaged', { ...damage }))
  return findings.length > 0 ? findings : [ok('spool', 'spool-takes')]
}

export function checkStore(store: Reached<StoreDescription>): Finding[] {
  if (!store.reached) return [wrong('store', 'store-unreachable', { reason: store.reason })]
  return [ok('store', 'store-reached', { detail: store.detail })]
}

/** Silent until the first sweep has been. */
export function checkRetention(sweep: ReturnType<Probes['sweep']>): Finding[] {
  if (sweep === null) return []
  const { frames, failed } = sweep
  return [failed === null ? ok('retention', 'retention-kept', { frames }) : wrong('retention', 'retention-failing', { reason: failed })]
}

export function checkCodecs(struck: readonly CodecStatus[]): Finding[] {
  if (struck.length === 0) return [ok('codecs', 'codecs-work')]
  return struck.map(({ model, disabled, strikes, reason }) =>
    wrong('codecs', disabled ? 'codec-disabled' : 'codec-failing', { model, failures: strikes, error: reason }),
  )
}

/** Log codes of this run win over what the inventory remembers: they are newer. */
export function checkJoins(devices: number, unheard: readonly UnheardDevice[], joinTroubles: EventFacts['joinTroubles']): Finding[] {
  if (devices === 0) return [unknown('joins', 'no-device-yet')]
  if (unheard.length === 0) return [ok('joins', 'all-joined')]
  const codes = unheard.map(({ devEui, lastLogCode }) => joinTroubles[devEui] ?? lastLogCode)
  const wrongKey = codes.filter((code) => code === 'UPLINK_MIC').length
  const usedNonce = codes.filter((code) => code === 'OTAA').length
  const never = codes.length - wrongKey - usedNonce
  return [wrong('joins', 'never-joined', { count: codes.length, wrongKey, usedNonce, never })]
}

export function checkDeadLetters(byReason: Readonly<Record<string, number>>): Finding[] {
  const present = Object.entries(byReason)
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a)
  if (present.length === 0) return [ok('dead-letters', 'no-dead-letters')]
  const count = present.reduce((sum, [, each]) => sum + each, 0)
  return [wrong('dead-letters', 'dead-letters', { count, reasons: present.map(([reason, each]) => `${each} ${reason}`).join(', ') })]
}
