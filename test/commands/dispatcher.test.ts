import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { Dispatcher } from '../../src/commands/dispatcher.ts'
import type { Order } from '../../src/commands/order.ts'
import { OndineError } from '../../src/errors/ondine-error.ts'
import { FakeDownlinkQueue } from '../fakes/fake-downlink-queue.ts'
import { MemoryLedger } from '../fakes/memory-ledger.ts'
import { ack, anOrder, join, log, txack } from './order-builder.ts'

const fresh = (changes: Partial<Order> = {}) => anOrder({ state: 'accepted', queueItemId: null, ...changes })
const unreachable = () => new OndineError('chirpstack.unreachable', { url: 'http://x', reason: 'gone' })
const refused = (reason: 'invalid' | 'busy' = 'invalid') =>
  new OndineError('chirpstack.refused', { method: 'Enqueue', subject: 'device 70b3d5e75e000001', answer: 'FPort', reason })

function setUp(orders: Order[], at = '2026-11-22T12:00:01.000Z') {
  const ledger = new MemoryLedger()
  for (const order of orders) ledger.orders.set(order.id, order)
  const queue = new FakeDownlinkQueue()
  const clock = { now: new Date(at) }
  const network = { hearing: true }
  const dispatcher = new Dispatcher({
    ledger,
    queue,
    logger: pino({ level: 'silent' }),
    now: () => clock.now,
    hearing: () => network.hearing,
    count: () => undefined,
  })
  const round = async () => {
    await dispatcher.start()
    // Events wait for the round that has begun.
    await dispatcher.observe(log('UPLINK_MIC', null))
    await dispatcher.stop()
  }
  const state = (id = orders[0]!.id) => ledger.orders.get(id)!.state
  const later = (seconds: number) => {
    clock.now = new Date(clock.now.getTime() + seconds * 1000)
  }
  return { ledger, queue, clock, later, network, dispatcher, round, state }
}

const second = '019aab00-0000-7000-8000-000000000002'
const wayBack = () =>
  fresh({ id: second, returnOf: anOrder().id, notBefore: '2026-11-22T13:00:00.000Z', expiresAt: '2026-11-22T14:00:00.000Z' })

describe('the dispatcher', () => {
  test('hands a due order over with its expiry, once', async () => {
    const { round, queue, state, ledger } = setUp([fresh()])
    await round()
    await round()
    expect(queue.items).toHaveLength(1)
    expect(queue.items[0]).toMatchObject({ devEui: '70b3d5e75e000001', fPort: 60, expiresAt: '2026-11-22T12:10:00.000Z', confirmed: true })
    expect(state()).toBe('queued')
    expect([...ledger.orders.values()][0]!.queueItemId).toBe('item-1')
  })

  test('waits for notBefore, and sends nothing after the expiry', async () => {
    const { round, queue, state, clock } = setUp([fresh({ notBefore: '2026-11-22T12:05:00.000Z' })])
    await round()
    expect(queue.items).toHaveLength(0)
    clock.now = new Date('2026-11-22T12:30:00.000Z')
    await round()
    expect(queue.items).toHaveLength(0)
    expect(state()).toBe('expired')
  })

  test('follows an order from queue to acknowledgement', async () => {
    const { round, dispatcher, state } = setUp([fresh()])
    await round()
    await dispatcher.observe(txack())
    expect(state()).toBe('transmitted')
    await dispatcher.observe(ack(true))
    expect(state()).toBe('acknowledged')
  })

  test('a refusal ends it with the words of the network server', async () => {
    const { round, queue, state, ledger } = setUp([fresh()])
    queue.failures = [refused()]
    await round()
    expect(state()).toBe('refused')
    expect(ledger.orders.get(anOrder().id)!.steps.at(-1)).toMatchObject({
      code: 'refused',
      context: { error: 'chirpstack.refused', answer: 'FPort', reason: 'invalid' },
    })
  })

  test('a busy database of the network server is no refusal', async () => {
    const { round, queue, state, later } = setUp([fresh()])
    queue.failures = [refused('busy')]
    await round()
    later(15)
    await round()
    expect(queue.items).toHaveLength(1)
    expect(state()).toBe('queued')
  })

  test('when the network server is away the order waits and goes later', async () => {
    const { round, queue, state, later } = setUp([fresh()])
    queue.failures = [unreachable()]
    await round()
    expect(state()).not.toBe('refused')
    later(15)
    await round()
    expect(queue.items).toHaveLength(1)
    expect(state()).toBe('queued')
  })

  test('an answer that got lost does not send the order twice', async () => {
    const { round, queue, state } = setUp([fresh()])
    queue.failures = [unreachable()]
    queue.losesAnswer = true
    await round()
    await round()
    expect(queue.items).toHaveLength(1)
    expect(state()).toBe('queued')
  })

  test('a txack for an order whose hand-over was interrupted finds it', async () => {
    const { dispatcher, state } = setUp([fresh({ state: 'sending' })])
    await dispatcher.observe(txack('unknown-item'))
    expect(state()).toBe('transmitted')
  })

  test('a gateway’s refusal is written down, the order goes on', async () => {
    const { round, dispatcher, ledger, state } = setUp([fresh()])
    await round()
    await dispatcher.observe(log('DOWNLINK_GATEWAY', null, 'DUTY_CYCLE_OVERFLOW'))
    expect(state()).toBe('queued')
    expect(ledger.orders.get(anOrder().id)!.steps.at(-1)).toMatchObject({
      code: 'gateway-refused',
      context: { answer: 'DUTY_CYCLE_OVERFLOW' },
    })
  })

  test('an order nobody ever spoke of is closed a minute after its expiry', async () => {
    const { round, clock, state } = setUp([fresh()])
    await round()
    clock.now = new Date('2026-11-22T12:12:00.000Z')
    await round()
    expect(state()).toBe('expired')
  })

  test('after an outage of the events, an order is not called expired before they had time to tell', async () => {
    const { clock, later, network, dispatcher, round, state } = setUp([fresh(), wayBack()])
    await round()
    network.hearing = false
    clock.now = new Date('2026-11-22T12:30:00.000Z')
    await round()
    network.hearing = true
    await round()
    expect(state()).toBe('queued')
    await dispatcher.observe(txack())
    later(120)
    await round()
    expect(state()).toBe('transmitted')
    expect(state(second)).toBe('accepted')
  })

  test('a restart long after the expiry waits for what happened meanwhile', async () => {
    const { round, state, later } = setUp([anOrder()], '2026-11-22T20:00:00.000Z')
    await round()
    expect(state()).toBe('queued')
    later(90)
    await round()
    expect(state()).toBe('expired')
  })

  test('the return order goes at its time, and not at all when the order never left', async () => {
    const back = wayBack()
    const sent = setUp([fresh(), back])
    await sent.round()
    await sent.dispatcher.observe(txack())
    sent.clock.now = new Date('2026-11-22T13:00:01.000Z')
    await sent.round()
    expect(sent.queue.items).toHaveLength(2)

    const never = setUp([fresh(), back])
    never.queue.failures = [refused()]
    await never.round()
    expect(never.state(back.id)).toBe('cancelled')
  })

  test('an order that left cancels the way back of the one before, not sooner; one on something else does not', async () => {
    const back = { ...wayBack(), command: { type: 'resume' } as const, returnOf: '019aab00-0000-7000-8000-00000000000a' }
    const later = { requestedAt: '2026-11-22T12:00:00.500Z', command: { type: 'dim', level: 90 } as const }
    const after = setUp([fresh(later), back])
    await after.round()
    expect(after.state(second)).toBe('accepted')
    await after.dispatcher.observe(txack())
    expect(after.state(second)).toBe('cancelled')
    expect(after.ledger.orders.get(second)!.steps.at(-1)).toMatchObject({ code: 'superseded', context: { by: '2026-11-22-0001' } })

    const other = setUp([fresh({ ...later, command: { type: 'reboot' } }), back])
    await other.round()
    await other.dispatcher.observe(txack())
    expect(other.state(second)).toBe('accepted')
  })

  test('an event is not lost when the ledger cannot be written', async () => {
    const { round, dispatcher, ledger, state } = setUp([fresh()])
    await round()
    ledger.down = new Error('disk full')
    await expect(dispatcher.observe(txack())).rejects.toThrow('disk full')
    ledger.down = null
    await dispatcher.observe(txack())
    expect(state()).toBe('transmitted')
  })

  test.for([
    ['confirmed', true],
    ['not confirmed', false],
  ] as const)('the return order of one whose ack comes before its txack, %s, still goes', async ([, acknowledged]) => {
    const { dispatcher, state } = setUp([anOrder(), wayBack()])
    await dispatcher.observe(ack(acknowledged))
    expect(state(second)).toBe('accepted')
  })

  test('an end and the cancelled return order are written together', async () => {
    const { dispatcher, ledger, state } = setUp([anOrder(), wayBack()])
    const update = ledger.update.bind(ledger)
    let writes = 0
    ledger.update = async (...orders) => {
      writes += 1
      if (writes > 1) throw new Error('killed')
      return update(...orders)
    }
    await dispatcher.observe(log('EXPIRED'))
    expect([state(), state(second)]).toEqual(['expired', 'cancelled'])
  })

  test('a queue item that is another order’s is not taken for one that never arrived', async () => {
    const same = fresh({ id: second, state: 'sending' })
    const { round, queue, ledger, later } = setUp([anOrder(), same])
    queue.items.push({ ...downlinkOf(same), id: 'item-1' })
    await round()
    expect(ledger.orders.get(second)!.queueItemId).toBeNull()
    later(15)
    await round()
    expect(ledger.orders.get(second)!.queueItemId).toBe('item-2')
  })

  test('with two interrupted orders of one device, a txack is the one’s that no more waits in the queue', async () => {
    const waits = fresh({ state: 'sending', downlink: { fPort: 60, hex: '01fe64' } })
    const gone = fresh({ id: second, state: 'sending' })
    const { dispatcher, queue, state } = setUp([waits, gone])
    queue.items.push({ ...downlinkOf(waits), id: 'item-of-the-first' })
    await dispatcher.observe(txack('item-of-the-second'))
    expect([state(), state(second)]).toEqual(['sending', 'transmitted'])
  })

  test('a txack of a queue item that is not ours tells nothing of an interrupted order', async () => {
    const { dispatcher, queue, state } = setUp([fresh({ state: 'sending' })])
    queue.items.push({ ...downlinkOf(fresh()), bytes: Uint8Array.of(9), id: 'foreign' })
    await dispatcher.observe(txack('foreign'))
    expect(state()).toBe('sending')
  })

  test('an answer that got lost is looked for again before the order is repeated: its txack may be on its way', async () => {
    const { round, queue, dispatcher, state, later } = setUp([fresh({ state: 'sending' })])
    await round()
    await dispatcher.observe(txack('gone-at-once'))
    later(60)
    await round()
    expect(queue.items).toHaveLength(0)
    expect(state()).toBe('transmitted')
  })

  test('an order of which the network server can say nothing any more is closed, its way back is not', async () => {
    const { queue, state, clock, round } = setUp([fresh({ state: 'sending' }), wayBack()])
    queue.pending = () => Promise.reject(refused())
    await round()
    expect(state()).toBe('sending')
    clock.now = new Date('2026-11-22T12:12:00.000Z')
    await round()
    expect(state()).toBe('expired')
    expect(state(second)).toBe('accepted')
  })

  test('a network server that does not answer ends the round: the start, the stop and the events do not wait for every order', async () => {
    const many = Array.from({ length: 500 }, (_, index) => fresh({ id: `019aab00-0000-7000-8000-${String(index).padStart(12, '0')}` }))
    const { queue, round } = setUp(many)
    let asked = 0
    queue.enqueue = async () => {
      asked += 1
      throw unreachable()
    }
    await round()
    expect(asked).toBeLessThan(10)
  })

  test('more than one round takes goes without waiting for the next', async () => {
    const many = Array.from({ length: 500 }, (_, index) => fresh({ id: `019aab00-0000-7000-8000-${String(index).padStart(12, '0')}` }))
    const { queue, dispatcher } = setUp(many)
    await dispatcher.start()
    await expect.poll(() => queue.items.length, { timeout: 20_000, interval: 20 }).toBe(500)
    await dispatcher.stop()
  })
})

describe('a device that joins, whose queue the network server may empty', () => {
  const lost = async () => {
    const all = setUp([fresh()])
    await all.round()
    all.queue.items.length = 0
    return all
  }

  test('what was in the queue and is no more is sent again', async () => {
    const { dispatcher, round, queue, ledger, state } = await lost()
    await dispatcher.observe(join())
    expect(state()).toBe('accepted')
    expect(ledger.orders.get(anOrder().id)!.steps.at(-1)!.code).toBe('lost-at-join')
    await round()
    expect(queue.items).toHaveLength(1)
    expect(state()).toBe('queued')
  })

  test('it does not wait for the next look at the ledger', async () => {
    const { dispatcher, queue } = setUp([anOrder()])
    await dispatcher.start()
    await dispatcher.observe(join())
    await expect.poll(() => queue.items.length, { timeout: 4_000, interval: 20 }).toBe(1)
    await dispatcher.stop()
  })

  test('what is still in the queue stays there', async () => {
    const { dispatcher, round, queue, state } = setUp([fresh()])
    await round()
    await dispatcher.observe(join())
    expect(state()).toBe('queued')
    expect(queue.items).toHaveLength(1)
  })

  test('an order that came into the queue after the join is not lost by it, nor one of another device', async () => {
    const { dispatcher, state } = await lost()
    await dispatcher.observe(join('2026-11-22T12:00:00.500Z'))
    expect(state()).toBe('queued')
    const other = setUp([anOrder({ devEui: '70b3d5e75e0000ff' })])
    await other.dispatcher.observe(join())
    expect(other.state()).toBe('queued')
  })

  test('a network server that cannot be asked changes nothing, and stops no event', async () => {
    const { dispatcher, queue, state } = await lost()
    queue.pending = () => Promise.reject(unreachable())
    await dispatcher.observe(join())
    expect(state()).toBe('queued')
  })

  test('the late txack of an order that is to be sent again spares it', async () => {
    const { dispatcher, round, queue, state } = await lost()
    await dispatcher.observe(join())
    await dispatcher.observe(txack())
    expect(state()).toBe('transmitted')
    await round()
    expect(queue.items).toHaveLength(0)
  })
})

function downlinkOf({ devEui, downlink, confirmed, expiresAt }: Order) {
  return { devEui, fPort: downlink.fPort, bytes: Buffer.from(downlink.hex, 'hex'), confirmed, expiresAt }
}
