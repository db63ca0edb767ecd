import { keptRules } from '../config/retention.ts'
import { RetentionSweep } from '../uplinks/frames/retention-sweep.ts'
import { ReplayService } from '../uplinks/replay/replay-service.ts'
import type { Base } from './base.ts'
import type { Decoding } from './decoding.ts'
import type { HotPath } from './hot-path.ts'
import type { Storage } from './storage.ts'

/** Frames of the past decoded again, and what is past keeping let go. */
export interface Past {
  replays: ReplayService
  sweep: RetentionSweep
}

export function createPast(
  { config, logger, metrics }: Base,
  { store, gate, archive, replayJournal: journal, inventory, directory, audit }: Storage,
  { models }: Decoding,
  { uplinks, topics }: HotPath,
): Past {
  const replayed = metrics.counter('replayed_total', 'Frames and readings that replays went through, by what became of them.', ['outcome'])
  const dropped = metrics.counter('frames_dropped_total', 'Frames dropped from the archive because they were past keeping.')
  const keeping = keptRules(config.retention)
  const now = () => new Date()
  const replays = new ReplayService({
    ...{
      archive,
      journal,
      store,
      history: store,
      gate,
      decoder: uplinks.decoder,
      models,
      directory,
      inventory,
      keeping,
      audit,
      logger,
      now,
    },
    outlet: {
      replaced: (differences) => topics.correct(differences.flatMap(({ before, after }) => [before, after].filter((one) => one !== null))),
      again: async (readings, { readings: messages, alarms }) => {
        if (alarms) await topics.follow(readings)
        if (messages) await topics.publishLate(readings)
      },
    },
    counted: (counts) => {
      for (const [outcome, count] of Object.entries(counts)) replayed({ outcome }, count)
    },
  })
  const sweep = new RetentionSweep({ archive, history: store, rules: keeping, logger, now, dropped: (frames) => dropped({}, frames) })
  return { replays, sweep }
}
