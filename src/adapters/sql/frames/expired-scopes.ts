import type { Database } from 'better-sqlite3'
import { z } from 'zod'
import { firstDayKept, ruleFor } from '../../../readings/keeping.ts'
import type { FrameKeeping } from '../../../uplinks/frames/frame-archive.ts'

interface ExpiredDay {
  day: number
  scopes: readonly number[]
  /** nothing of the day is kept */
  whole: boolean
}

const row = z.object({ day: z.number(), scope: z.number(), tenant: z.string(), service: z.string() })

/** Of each day, those whose frames are older than they are to be kept. Frames of nobody go by the rule for all. */
export function expiredScopes(database: Database, rules: readonly FrameKeeping[], now: Date): ExpiredDay[] {
  const rows = row
    .array()
    .parse(
      database.prepare('select d.day, d.scope, s.tenant, s.service from day_scope d join scope s on s.id = d.scope order by d.day').all(),
    )
  return [...Map.groupBy(rows, ({ day }) => day)].flatMap(([day, ofDay]) => {
    const expired = ofDay.filter((owner) => {
      const first = firstDayKept(ruleFor(rules, owner)?.frames, now)
      return first !== null && day < first
    })
    return expired.length === 0 ? [] : [{ day, scopes: expired.map(({ scope }) => scope), whole: expired.length === ofDay.length }]
  })
}
