import type { Session } from './session.ts'

const dayMs = 86_400_000

/**
 * To be asked before anything is taken out. InfluxDB 1.x with its index in memory (1.6.7, the default) forgets a whole measurement
 * when the last of its series that was never taken out goes: what was written anew of the others since is not found until it is
 * written once more, or the server is started again. A series without tags that nobody takes out keeps the measurement.
 */
export async function guardIndex(session: Session): Promise<void> {
  if (session.server.kind !== 'influxdb1') return
  const names = (await session.query(['SHOW MEASUREMENTS'])).flatMap(({ values }) => values.map(([name]) => String(name)))
  if (names.length === 0) return
  const today = Math.floor(Date.now() / dayMs) * dayMs
  const answer = await session.send(names.map((name) => `${name.replaceAll(/[, ]/g, '\\$&')} ondine_guard=true ${today}`).join('\n'))
  if (!answer.ok) throw session.unreachable(answer.refusal)
}
