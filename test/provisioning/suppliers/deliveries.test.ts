import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { OndineError } from '../../../src/errors/ondine-error.ts'
import type { CheckedRow } from '../../../src/provisioning/suppliers/check-rows.ts'
import { findings } from '../../../src/provisioning/suppliers/findings.ts'
import { reportCsv, reportJson, reportLine } from '../../../src/provisioning/suppliers/report.ts'
import { fixtureBytes, imported } from '../../support/deliveries.ts'

/** What a delivery must come to; beside each file of the folder. */
interface Expected {
  options?: { model?: string; acceptWeakKeys?: boolean; reversed?: 'hold' | 'keep' | 'turn'; known?: string[]; sheet?: string }
  /** the whole file is refused */
  error?: string
  rows?: { file?: string; line: number; outcome: string; devEui: string | null; joinEui: string | null; reason: string | null }[]
  /** devices that would be written */
  taken?: number
  encoding?: string
  separator?: string
  keyFields?: string[]
  models?: (string | null)[]
  /** cells that the advice of the refused rows names */
  places?: string[]
}

const folder = join(import.meta.dirname, '../../fixtures/deliveries')
const names = globSync('*', { cwd: folder }).filter((name) => !name.endsWith('.expected.json'))
const expectedOf = (name: string): Expected => JSON.parse(readFileSync(join(folder, `${name}.expected.json`), 'utf8'))

const judged = (name: string) => {
  const { file, bytes } = fixtureBytes(join(folder, name))
  const { options: { sheet = null, known = [], ...facts } = {} } = expectedOf(name)
  const knownFrom = (devEui: string) => (known.includes(devEui) ? 'tours/water/2025.csv' : null)
  return imported(bytes, file, { sheet, facts: { ...facts, knownFrom } })
}

/** Every key that stands in the file, however it is written there. */
function keysIn(name: string): string[] {
  const text = fixtureBytes(join(folder, name)).bytes.toString('latin1').replaceAll('\0', '')
  const wide = readFileSync(join(folder, name), 'latin1').replaceAll('\0', '')
  const plain = [text, wide].map((one) => one.replace(/0x/gi, '').replace(/(?<=[0-9a-f])[\s,:-]+(?=[0-9a-f])/gi, '')).join('\n')
  return [...`${plain}\n${text}\n${wide}`.matchAll(/(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])/gi)].map(([key]) => key.toLowerCase())
}

describe('deliveries as they come', () => {
  test.for(names.filter((name) => expectedOf(name).error === undefined))('%s', async (name) => {
    const expected = expectedOf(name)
    const { understood, rows } = await judged(name)
    const lines = rows.map((row) => reportLine(row, 'en'))
    const { file } = understood.delivery
    expect(lines.map(({ advice: _advice, ...line }) => line)).toEqual(expected.rows?.map((row) => ({ file, ...row })))
    for (const { reason, advice } of lines) expect(advice === null).toBe(reason === null)
    const taken = rows.flatMap(({ device }) => device ?? [])
    expect(taken).toHaveLength(expected.taken ?? expected.rows?.filter(({ outcome }) => outcome === 'accept').length ?? 0)
    for (const device of taken) {
      expect(device.devEui).toMatch(/^[0-9a-f]{16}$/)
      expect(Object.keys(device.keys).sort()).toEqual([...(expected.keyFields ?? ['appKey'])].sort())
    }
    if (expected.encoding !== undefined) expect(understood.delivery.encoding).toBe(expected.encoding)
    if (expected.separator !== undefined) expect(understood.delivery.separator).toBe(expected.separator)
    if (expected.models !== undefined) expect(taken.map(({ model }) => model)).toEqual(expected.models)
    const refused = lines.filter(({ outcome }) => outcome === 'refuse')
    for (const [index, place] of (expected.places ?? []).entries()) expect(refused[index]?.advice).toContain(`${place}:`)
  })

  test.for(names.filter((name) => expectedOf(name).error !== undefined))('%s is refused as a whole', async (name) => {
    const error = await judged(name).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    if (!(error instanceof OndineError)) throw new Error(`not one of our errors: ${error}`)
    expect(error.code).toBe(expectedOf(name).error)
    expect(error.cause).toBeUndefined()
    for (const key of keysIn(name)) expect(`${error.message}${JSON.stringify(error.context)}`.toLowerCase()).not.toContain(key)
  })

  test('every fault has its file', () => {
    const seen = new Set(names.flatMap((name) => expectedOf(name).rows?.map(({ reason }) => reason) ?? []))
    expect(Object.keys(findings).filter((slug) => !seen.has(slug))).toEqual([])
    expect(names.length).toBeGreaterThan(45)
  })
})

describe('no key leaves', () => {
  test.for(names.filter((name) => expectedOf(name).error === undefined))('%s', async (name) => {
    const { rows } = await judged(name)
    const keys = keysIn(name).filter((key) => !/^[0f]+$/.test(key))
    if (!name.startsWith('totals') && !name.includes('no-key')) expect(keys.length).toBeGreaterThan(0)
    const printed = [...(['en', 'fr'] as const).flatMap((language) => [reportCsv(rows, language), reportJson(rows, language)]), shown(rows)]
    const text = printed
      .join('\n')
      .toLowerCase()
      .replaceAll(/[\s:-]/g, '')
    for (const key of keys) {
      expect(text.includes(key)).toBe(false)
      // A half of one is 64 bits given away; where it is an EUI, it was in the file as such.
      for (const half of [key.slice(0, 16), key.slice(16)]) if (!isEui(half, rows)) expect(text.includes(half)).toBe(false)
    }
  })
})

const isEui = (digits: string, rows: readonly CheckedRow[]) =>
  /^0+$/.test(digits) || rows.some(({ devEui, joinEui }) => devEui === digits || joinEui === digits)
const shown = (rows: readonly CheckedRow[]) => JSON.stringify(rows)
