import { expect, test } from 'vitest'
import type { PlannedRow } from '../../src/provisioning/plan/plan.ts'
import { Telling } from '../../src/provisioning/summaries.ts'

function aRow(kind: PlannedRow['kind'], outcome: PlannedRow['outcome'], reason: string | null): PlannedRow {
  return { kind, key: 'k', source: null, outcome, reason, facts: {} }
}

test('why rows are changed or without effect is told apart from why they are refused', () => {
  const telling = new Telling()
  telling.add(aRow('tenant', 'change', 'taken-over'))
  telling.add(aRow('installation', 'superseded', 'later-row'))
  telling.add(aRow('installation', 'superseded', 'later-row'))
  telling.add(aRow('installation', 'superseded', 'installed-later'))
  telling.add(aRow('installation', 'refused', 'in-the-future'))
  telling.add(aRow('device', 'change', null))
  // Of a kept plan those that are as they should be are not read again to be told.
  telling.add(aRow('tenant', 'unchanged', 'name-kept'))
  const { refusals, reasons } = telling.told
  expect(refusals).toEqual([{ reason: 'in-the-future', count: 1 }])
  expect(reasons).toEqual([
    { kind: 'installation', outcome: 'superseded', reason: 'later-row', count: 2 },
    { kind: 'tenant', outcome: 'change', reason: 'taken-over', count: 1 },
    { kind: 'installation', outcome: 'superseded', reason: 'installed-later', count: 1 },
  ])
})
