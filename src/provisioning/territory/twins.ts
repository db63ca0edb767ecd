import type { PlannedRow } from '../plan/plan.ts'
import type { RowReason } from './row-reasons.ts'
import type { RefusedRow } from './rows.ts'
import type { Source, WantedDevice, WantedInstallation } from './territory.ts'

interface Rule<T> {
  /** rows with the same one exclude each other */
  same: (row: T) => string
  repeated: RowReason
  contradicted: RowReason
}

/** Devices that are there once. Of equal rows the first counts; of rows that differ none does. */
export function withoutTwinDevices(rows: readonly WantedDevice[]): { rows: WantedDevice[]; refused: RefusedRow[] } {
  const rule: Rule<WantedDevice> = { same: ({ devEui }) => devEui, repeated: 'device-repeated', contradicted: 'device-contradicted' }
  return sift(rows, [rule], 'device', ({ devEui }) => devEui)
}

/** Neither a device's channel nor an asset's can be of two from the same moment on. */
export function withoutTwinInstallations(rows: readonly WantedInstallation[]): { rows: WantedInstallation[]; refused: RefusedRow[] } {
  const device = ({ devEui, serial }: WantedInstallation) => devEui ?? `serial ${serial}`
  const rules: Rule<WantedInstallation>[] = [
    {
      same: (row) => `${row.tenant}\t${device(row)}\t${row.channel}\t${row.from}`,
      repeated: 'installation-repeated',
      contradicted: 'installation-contradicted',
    },
    {
      same: (row) => `${row.tenant}\t${row.asset}\t${row.channel}\t${row.from}`,
      repeated: 'installation-repeated',
      contradicted: 'asset-contradicted',
    },
  ]
  const key = ({ tenant, devEui, channel, source }: WantedInstallation) =>
    devEui === null ? `${source.file}:${source.line}` : `${tenant}/${devEui}/${channel}`
  return sift(rows, rules, 'installation', key)
}

function sift<T extends { source: Source }>(
  rows: readonly T[],
  rules: readonly Rule<T>[],
  kind: PlannedRow['kind'],
  key: (row: T) => string,
): { rows: T[]; refused: RefusedRow[] } {
  const faults = new Map<T, { reason: RowReason; first: T }>()
  for (const { same, repeated, contradicted } of rules) {
    for (const group of groupsOf(
      rows.filter((row) => !faults.has(row)),
      same,
    )) {
      const [first, ...others] = group
      if (first === undefined) continue
      const areEqual = others.every((row) => content(row) === content(first))
      for (const row of areEqual ? others : group) {
        const other = row === first ? (others[0] ?? first) : first
        faults.set(row, { reason: areEqual ? repeated : contradicted, first: other })
      }
    }
  }
  const refused = [...faults].map(([row, { reason, first }]): RefusedRow => {
    const facts = { line: `${first.source.file}:${first.source.line}` }
    return { kind, key: key(row), source: row.source, outcome: 'refused', reason, facts }
  })
  return { rows: faults.size === 0 ? [...rows] : rows.filter((row) => !faults.has(row)), refused }
}

/** Only those of more than one. */
function groupsOf<T>(rows: readonly T[], same: (row: T) => string): T[][] {
  const firsts = new Map<string, T>()
  const groups = new Map<string, T[]>()
  for (const row of rows) {
    const one = same(row)
    const [first, group] = [firsts.get(one), groups.get(one)]
    if (first === undefined) firsts.set(one, row)
    else if (group === undefined) groups.set(one, [first, row])
    else group.push(row)
  }
  return [...groups.values()]
}

function content(row: { source: Source }): string {
  const { source: _source, ...said } = row
  return JSON.stringify(said)
}
