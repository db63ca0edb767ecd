import { expect, test } from 'vitest'
import type { PlanSummary } from '../../src/api/contract/provisioning.ts'
import { planLines } from '../../src/cli/provisioning/shown-plan.ts'
import { Session } from '../../src/cli/session.ts'

const io = {
  ...{ out: () => {}, err: () => {}, isTerminal: false, environment: {}, now: () => new Date(0) },
  interrupted: () => new AbortController().signal,
}
const launch = () => Promise.reject(new Error('no server is needed'))

function linesOf(given: Pick<PlanSummary, 'counts' | 'reasons'> & Partial<PlanSummary>, language: 'en' | 'fr'): string[] {
  const none = { refused: 0, newDevices: [], changes: [], refusals: [], otherFolders: [], guards: [], confirm: null, seconds: null }
  const plan = { id: 'p', createdAt: '', account: 'a', owner: 'o', tenants: ['tours'], steps: 1, ...none, ...given }
  return planLines(new Session({ io, launch, language, options: () => ({}) }), plan)
}

test('what is only taken over is no change', () => {
  const counts = [
    { kind: 'tenant' as const, outcome: 'change' as const, count: 1 },
    { kind: 'device' as const, outcome: 'change' as const, count: 2 },
  ]
  const reasons = [{ kind: 'tenant' as const, outcome: 'change' as const, reason: 'taken-over', count: 1 }]
  expect(linesOf({ counts, reasons }, 'en')).toEqual(['~ 2 devices to change', '= 1 tenant taken over as they are'])
  expect(linesOf({ counts, reasons }, 'fr')).toEqual(['~ 2 appareils à modifier', '= 1 tenant repris tels quels'])
})

test('what another folder made is told once, with the id that may be this folder’s own', () => {
  const otherFolders = [{ owner: '0192f000-0000-7000-8000-0000000000f2', objects: 1_200 }]
  for (const language of ['en', 'fr'] as const) {
    const [line, ...rest] = linesOf({ counts: [], reasons: [], otherFolders }, language)
    expect(line).toMatch(/^! 1.200 .*0192f000-0000-7000-8000-0000000000f2.*territory\.yaml/)
    expect(rest).toEqual([])
  }
})

test('an older row of the same folder is not told as changed on the spot', () => {
  const counts = [{ kind: 'installation' as const, outcome: 'superseded' as const, count: 1 }]
  const [older, ...others] = linesOf({ counts, reasons: [{ ...counts[0]!, reason: 'later-row' }] }, 'en')
  expect(others).toEqual([])
  expect(older).toMatch(/^< 1 installation of older rows/)
  expect(older).not.toMatch(/spot|pull/)
  expect(linesOf({ counts, reasons: [{ ...counts[0]!, reason: 'installed-later' }] }, 'en')).toEqual([
    expect.stringMatching(/on the spot.*ondine pull/),
  ])
})
