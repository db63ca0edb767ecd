import { expect, test } from 'vitest'
import { Closing } from '../../src/server/closing.ts'

function part(name: string, log: string[], failing: 'start' | 'stop' | null = null) {
  const act = (what: 'start' | 'stop') => async () => {
    log.push(`${what} ${name}`)
    if (failing === what) throw new Error(`${name} does not ${what}`)
  }
  return { start: act('start'), stop: act('stop') }
}

test('a start that fails stops what was opened, last first, and the part that failed half-way', async () => {
  const log: string[] = []
  const closing = new Closing()
  await closing.after(part('store', log))
  await expect(closing.after(part('broker', log, 'start'))).rejects.toThrow('broker does not start')
  await closing.close()
  expect(log).toEqual(['start store', 'start broker', 'stop broker', 'stop store'])
})

test('what does not stop is told, once the rest is stopped; closing twice stops once', async () => {
  const log: string[] = []
  const closing = new Closing()
  await closing.after(part('store', log))
  await closing.after(part('broker', log, 'stop'))
  await expect(Promise.all([closing.close(), closing.close()])).rejects.toThrow('broker does not stop')
  expect(log.slice(2)).toEqual(['stop broker', 'stop store'])
})
