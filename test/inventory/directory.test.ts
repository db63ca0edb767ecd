import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assignmentAt, Directory, type DirectoryAssignment, type DirectoryDevice } from '../../src/inventory/directory.ts'
import { FakeDirectorySource } from '../fakes/fake-directory-source.ts'

const assignment = (fields: Partial<DirectoryAssignment> = {}): DirectoryAssignment => ({
  channel: 'main',
  asset: 'bin',
  service: 'waste',
  parameters: {},
  from: '2026-01-01T00:00:00.000Z',
  to: null,
  ...fields,
})
const device = (devEui: string, fields: Partial<DirectoryDevice> = {}): DirectoryDevice => ({
  devEui,
  tenant: 'tours',
  timeZone: 'Europe/Paris',
  service: 'waste',
  model: 'milesight/em400-mud',
  firmware: null,
  status: 'installed',
  assignments: [assignment()],
  ...fields,
})

describe('the directory', () => {
  test('resolves what its source has, and nothing else', async () => {
    const directory = new Directory(new FakeDirectorySource([device('a'), device('b', { model: null, assignments: [] })]))
    expect(directory.resolve('a')).toBeUndefined()
    await directory.start()
    expect(directory.size).toBe(2)
    expect(directory.resolve('a')).toEqual(device('a'))
    expect(directory.resolve('b')).toMatchObject({ model: null, assignments: [] })
    expect(directory.resolve('c')).toBeUndefined()
    await directory.stop()
    expect(directory.size).toBe(0)
  })

  test('an assignment holds from its start, up to but without its end', async () => {
    const first = assignment({ asset: 'first', to: '2026-06-01T00:00:00.000Z' })
    const second = assignment({ asset: 'second', from: '2026-06-01T00:00:00.000Z', to: '2026-07-01T00:00:00.000Z' })
    const other = assignment({ asset: 'other', channel: 'second' })
    const directory = new Directory(new FakeDirectorySource([device('a', { assignments: [first, second, other] })]))
    await directory.start()
    const at = (time: string, channel = 'main') => directory.assignmentAt('a', channel, time)?.asset
    expect(at('2025-12-31T23:59:59.999Z')).toBeUndefined()
    expect(at('2026-01-01T00:00:00.000Z')).toBe('first')
    expect(at('2026-05-31T23:59:59.999Z')).toBe('first')
    expect(at('2026-06-01T00:00:00.000Z')).toBe('second')
    expect(at('2026-07-01T00:00:00.000Z')).toBeUndefined()
    expect(at('2026-07-01T00:00:00.000Z', 'second')).toBe('other')
    expect(at('2026-07-01T00:00:00.000Z', 'third')).toBeUndefined()
    expect(directory.assignmentAt('unknown', 'main', '2026-07-01T00:00:00.000Z')).toBeUndefined()
  })

  test('is told of changes: new, changed and gone devices', async () => {
    const source = new FakeDirectorySource([device('a'), device('b')])
    const directory = new Directory(source)
    await directory.start()
    source.devices.splice(0, 2, device('a', { model: 'other/model' }), device('c'))
    await directory.changed(['a', 'b', 'c'])
    expect(directory.resolve('a')?.model).toBe('other/model')
    expect(directory.resolve('b')).toBeUndefined()
    expect(directory.resolve('c')).toEqual(device('c'))
  })

  test('a slow answer does not overtake a newer one', async () => {
    const source = new FakeDirectorySource([device('a', { firmware: '0' })])
    const directory = new Directory(source)
    await directory.start()
    let release = () => {}
    source.delay = new Promise((resolve) => {
      release = resolve
    })
    source.devices[0] = device('a', { firmware: '1' })
    const first = directory.changed(['a'])
    await Promise.resolve()
    await Promise.resolve()
    source.delay = Promise.resolve()
    source.devices[0] = device('a', { firmware: '2' })
    const second = directory.changed(['a'])
    await new Promise((resolve) => setTimeout(resolve, 20))
    release()
    await Promise.all([first, second])
    expect(directory.resolve('a')?.firmware).toBe('2')
  })

  test('a change that could not be read rejects, and the next one is read', async () => {
    const source = new FakeDirectorySource([device('a')])
    const directory = new Directory(source)
    await directory.start()
    source.delay = Promise.reject(new Error('database away'))
    await expect(directory.changed(['a'])).rejects.toThrow('database away')
    source.delay = Promise.resolve()
    source.devices[0] = device('a', { firmware: '2' })
    await directory.changed(['a'])
    expect(directory.resolve('a')?.firmware).toBe('2')
  })

  test('what could not be read is read with the next change, of whatever device', async () => {
    const source = new FakeDirectorySource([device('a'), device('b')])
    const directory = new Directory(source)
    await directory.start()
    source.devices.splice(0, 2, device('a', { firmware: '2' }))
    source.delay = Promise.reject(new Error('database away'))
    await expect(directory.changed(['a', 'b'])).rejects.toThrow('database away')
    source.delay = Promise.resolve()
    await directory.changed(['c'])
    expect(directory.resolve('a')?.firmware).toBe('2')
    expect(directory.resolve('b')).toBeUndefined()
  })

  test('of assignments that do not overlap, the one found is the one a look at each boundary says', () => {
    const minutes = fc
      .uniqueArray(fc.integer({ min: 0, max: 600 }), { minLength: 2, maxLength: 12 })
      .map((list) => list.sort((a, b) => a - b))
    fc.assert(
      fc.property(minutes, fc.integer({ min: -10, max: 610 }), (boundaries, minute) => {
        const at = (value: number) => new Date(Date.UTC(2026, 0, 1) + value * 60_000).toISOString()
        const assignments = boundaries
          .slice(1)
          .map((end, index) => assignment({ asset: `a${index}`, from: at(boundaries[index]!), to: at(end) }))
        const expected = boundaries.slice(1).findIndex((end, index) => boundaries[index]! <= minute && minute < end)
        expect(assignmentAt(device('a', { assignments }), 'main', at(minute))?.asset).toBe(expected === -1 ? undefined : `a${expected}`)
      }),
    )
  })
})
