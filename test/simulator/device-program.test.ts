import { describe, expect, test } from 'vitest'
import type { EncodeResult } from '../../src/codecs/codec-runner.ts'
import { defaultFleet } from '../../src/simulator/default-fleet.ts'
import { type DeviceCodecs, DeviceProgram } from '../../src/simulator/device-program.ts'
import { buildFleet } from '../../src/simulator/fleet.ts'
import { EmulatedDevice } from '../../src/simulator/network/radio/emulated-device.ts'
import type { UplinkFrame } from '../../src/simulator/network/radio/frames.ts'
import { readModel } from '../codecs/plain-codec.ts'
import { ManualClock } from './network/manual-clock.ts'

const meter = buildFleet(defaultFleet).devices.find(({ physics }) => physics === 'household')
if (meter === undefined) throw new Error('the fleet has no meter')
const simulated = meter
const frame: EncodeResult = { ok: true, fPort: 100, bytes: Uint8Array.of(1), warnings: [] }

function setting(simulate: DeviceCodecs['simulate'], { speed = 60, clock = new ManualClock() } = {}) {
  const frames: { at: number; frame: UplinkFrame }[] = []
  let joins = 0
  const memory = { devEui: simulated.devEui, appKey: simulated.appKey, joinEui: simulated.joinEui, devNonce: 1, session: null, fCntUp: 0 }
  const radio = new EmulatedDevice(memory, {
    // the first request is not answered
    join: async () => {
      joins += 1
      return joins === 1 ? null : { sessionId: 's', devAddr: '00000001' }
    },
    uplink: (sent) => frames.push({ at: clock.now(), frame: sent }),
  })
  const unread = { ok: false, reason: 'codec-error', errors: ['unknown'] } as const
  const failures: string[] = []
  const program = new DeviceProgram(simulated, radio, {
    clock,
    codecs: { simulate, decode: async () => [unread], decodeDownlink: async () => unread },
    model: (slug) => readModel(slug),
    replayed: async () => [],
    speed,
    failed: (_, reason) => failures.push(reason),
  })
  return { clock, frames, program, failures, joins: () => joins }
}

describe('the program of a simulated device', () => {
  test('joins until it is let in, reports at once, then at its interval divided by the speed', async () => {
    const s = setting(async () => frame)
    s.program.start(500)
    await s.clock.advance(15_400)
    expect([s.joins(), s.frames.length]).toEqual([1, 0])
    await s.clock.advance(200)
    expect([s.joins(), s.frames.length]).toEqual([2, 1])
    await s.clock.advance(5 * 60_000)
    const interval = (simulated.interval * 1000) / 60
    const gaps = s.frames.slice(2).map(({ at }, index) => at - (s.frames[index + 1]?.at ?? 0))
    expect(gaps.length).toBeGreaterThan(5)
    for (const gap of gaps) expect(gap).toBeCloseTo(interval, 0)
    s.program.stop()
  })

  test('begins nothing once it is stopped, even with a frame in the making', async () => {
    let release: (result: EncodeResult) => void = () => {}
    const s = setting(() => new Promise((resolve) => (release = resolve)))
    s.program.start(0)
    await s.clock.advance(16_000)
    s.program.stop()
    release(frame)
    await s.clock.advance(3_600_000)
    expect([s.frames, s.failures]).toEqual([[], []])
  })

  test('tells when its model cannot make a frame, and goes on', async () => {
    const s = setting(async () => ({ ok: false, reason: 'codec-error', errors: ['no such value'] }))
    s.program.start(0)
    await s.clock.advance(120_000)
    expect(s.failures.length).toBeGreaterThan(2)
    expect(s.failures[0]).toBe('codec-error: no such value')
    s.program.stop()
  })

  test('goes on after a report that broke', async () => {
    let calls = 0
    const s = setting(async () => {
      calls += 1
      if (calls <= 2) throw new Error('broken')
      return frame
    })
    s.program.start(0)
    await s.clock.advance(3 * 60_000)
    expect(s.failures).toEqual(['broken', 'broken'])
    expect(s.frames.length).toBeGreaterThan(2)
    s.program.stop()
  })

  test('reports once at a time even where timers run a little early', async () => {
    class EarlyClock extends ManualClock {
      override after(milliseconds: number, run: () => void): () => void {
        return super.after(Math.max(0, milliseconds - 0.5), run)
      }
    }
    const s = setting(async () => frame, { clock: new EarlyClock() })
    s.program.start(0)
    await s.clock.advance(10 * 60_000)
    // without the first, which is sent at waking
    const gaps = s.frames.slice(2).map(({ at }, index) => at - (s.frames[index + 1]?.at ?? 0))
    expect(gaps.length).toBeGreaterThan(10)
    for (const gap of gaps) expect(gap).toBeCloseTo((simulated.interval * 1000) / 60, -1)
    s.program.stop()
  })
})
