import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { Dispatcher } from '../../src/commands/dispatcher.ts'
import type { Order } from '../../src/commands/order.ts'
import { OndineError } from '../../src/errors/ondine-error.ts'
import { FakeDownlinkQueue } from '../fakes/fake-downlink-queue.ts'
import { MemoryLedger } from '../fakes/memory-ledger.ts'
import { ack, anOrder, log, txack } from './order-builder.ts'

const fresh = (changes: Partial<Order> = {}) => anOrder({ state: 'accepted', queueItemId: null, ...changes })
const unreachable = () => new OndineError('chirpstack.unreachable', { url: 'http://x', reason: 'gone' })
const refused = (reason: 'invalid' | 'busy' = 'invalid') =>
  new OndineError('chirpstack.refused', { method: 'Enqueue', subject: 'device 70b3d5e75e000001', answer: 'FPort', reason })

function setUp(orders: Order[], at = '2026-11-22T12:00:01.000Z') {
  const ledger = new MemoryLedger()
  for (const order of orders) ledger.orders.set(order.id, order)
  const queue = new FakeDownlinkQueue()
  const clock = { now: new Date(at) }
  const dispatcher = new Dispatcher({ ledger, queue, logger: pino({ level: 'silent' }), now: () => clock.now, count: () => undefined })
  const round = async () => {
    await dispatcher.start()
    await dispatcher.stop()
  }
  const state = (id = orders[0]!.id) => ledger.orders.get(id)!.state
  return { ledger, queue, clock, dispatcher, round, state }
}

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
    expect(ledger.orders.get(anOrder().id)!.steps.at(-1)!.note).toContain('FPort')
  })

  test('a busy database of the network server is no refusal', async () => {
    const { round, queue, state } = setUp([fresh()])
    queue.failures = [refused('busy')]
    await round()
    await round()
    expect(queue.items).toHaveLength(1)
    expect(state()).toBe('queued')
  })

  test('when the network server is away the order waits and goes later', async () => {
    const { round, queue, state } = setUp([fresh()])
    queue.failures = [unreachable()]
    await round()
    expect(state()).not.toBe('refused')
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
    expect(ledger.orders.get(anOrder().id)!.steps.at(-1)!.note).toContain('DUTY_CYCLE_OVERFLOW')
  })

  test('an order nobody ever spoke of is closed a minute after its expiry', async () => {
    const { round, clock, state } = setUp([fresh()])
    await round()
    clock.now = new Date('2026-11-22T12:12:00.000Z')
    await round()
    expect(state()).toBe('expired')
  })

  test('the return order goes at its time, and not at all when the order never left', async () => {
    const back = fresh({
      id: '019aab00-0000-7000-8000-000000000002',
      returnOf: anOrder().id,
      notBefore: '2026-11-22T13:00:00.000Z',
      expiresAt: '2026-11-22T14:00:00.000Z',
    })
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

  test('an event is not lost when the ledger cannot be written', async () => {
    const { round, dispatcher, ledger, state } = setUp([fresh()])
    await round()
    ledger.down = new Error('disk full')
    await expect(dispatcher.observe(txack())).rejects.toThrow('disk full')
    ledger.down = null
    await dispatcher.observe(txack())
    expect(state()).toBe('transmitted')
  })
})
