import { seesTenant } from '../../src/access/scope.ts'
import type { ReplayDesk } from '../../src/api/ports.ts'
import { OndineError } from '../../src/errors/ondine-error.ts'
import { noCounts } from '../../src/uplinks/replay/replay-job.ts'

/** One replay, of `tours`. */
export function fakeReplayDesk(): ReplayDesk {
  const view: Awaited<ReturnType<ReplayDesk['get']>> = {
    ...{
      number: 1,
      state: 'done',
      account: 'tours',
      tenant: 'tours',
      begunAt: '2026-11-22T06:00:00.000Z',
      endedAt: '2026-11-22T06:00:01.000Z',
    },
    request: {
      ...{ model: 'nasys/ul20xx', from: '2026-11-01T00:00:00.000Z', to: '2026-11-22T00:00:00.000Z' },
      ...{ dryRun: true, alarms: false, readings: false },
    },
    ...{ done: 1, total: 1, counts: noCounts, examples: [], reason: null, deviceCount: 1, framesPerSecond: null, secondsLeft: null },
  }
  return {
    begin: async (scope, { model }) => {
      if (!seesTenant(scope, 'tours')) throw new OndineError('replay.no-devices', { model })
      return view
    },
    list: async (scope) => (seesTenant(scope, 'tours') ? [view] : []),
    get: async (scope, number) => seen(scope, number),
    end: async (scope, number) => seen(scope, number),
  }

  function seen(scope: Parameters<ReplayDesk['get']>[0], number: number) {
    if (number !== 1 || !seesTenant(scope, 'tours')) throw new OndineError('replay.unknown', { number })
    return view
  }
}
