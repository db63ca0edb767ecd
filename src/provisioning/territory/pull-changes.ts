import { samePairs } from './cell-values.ts'
import type { Scalar } from './cells.ts'
import type { TableKind } from './columns.ts'
import type { ReadTerritory } from './read-territory.ts'
import type { CellValue, TableChange } from './table-change.ts'
import type { WantedDevice, WantedInstallation } from './territory.ts'

/** The folder's things as the server has them now. */
export interface CurrentState {
  devices: readonly (Omit<WantedDevice, 'source'> & { status: 'in stock' | 'installed' | 'disabled' | 'retired' })[]
  installations: readonly (Omit<WantedInstallation, 'source'> & { devEui: string })[]
}

/**
 * What has to be written into the folder so that it says what is. What the server does not know stays as it is written, and so does
 * a row that is newer than the server's; a place of another date is a row of its own, so that a swap can be read in the table. Rows
 * that were refused are left to be mended by hand. Pure.
 */
export function pullChanges(read: ReadTerritory, now: CurrentState): TableChange[] {
  const pull = new Pull(read)
  return [...now.devices.flatMap((device) => pull.device(device)), ...now.installations.flatMap((one) => pull.installation(one, now))]
}

class Pull {
  private readonly read: ReadTerritory
  private readonly refused: ReadonlySet<string>
  private readonly declared: ReadonlySet<string>
  private readonly devices: ReadonlyMap<string, WantedDevice>
  /** by tenant, device and channel, and by tenant, asset and channel: the newest */
  private readonly newest = new Map<string, WantedInstallation>()

  constructor(read: ReadTerritory) {
    const { territory, findings } = read
    this.read = read
    // Of rows that are twice there one counts.
    const unread = findings.filter(({ reason }) => !reason.endsWith('-repeated'))
    this.refused = new Set(unread.map(({ kind, key }) => `${kind} ${key}`))
    this.declared = new Set(territory.services.map(({ tenant, slug }) => `${tenant}/${slug}`))
    this.devices = new Map(territory.devices.map((device) => [device.devEui, device]))
    const bySerial = new Map(territory.devices.map(({ tenant, serial, devEui }) => [`${tenant} ${serial}`, devEui]))
    for (const row of territory.installations) {
      const devEui = row.devEui ?? bySerial.get(`${row.tenant} ${row.serial}`) ?? null
      const keys = [
        `asset ${row.tenant} ${row.asset} ${row.channel}`,
        ...(devEui === null ? [] : [`device ${row.tenant} ${devEui} ${row.channel}`]),
      ]
      for (const key of keys) {
        const before = this.newest.get(key)
        if (before === undefined || before.from < row.from) this.newest.set(key, row)
      }
    }
  }

  device({ status, ...now }: CurrentState['devices'][number]): TableChange[] {
    const { devEui, tenant, service } = now
    const row = this.devices.get(devEui)
    if (this.refused.has(`device ${devEui}`)) return []
    if (status === 'retired') return row === undefined ? [] : [this.removal(row)]
    if (row === undefined && status === 'disabled') return []
    const isHere = row !== undefined && row.tenant === tenant && row.service === service
    if (!isHere && !this.declared.has(`${tenant}/${service}`)) return []
    const known = row ?? { joinEui: null, model: null, serial: '', name: '', tags: {} }
    const set = {
      ...differing({ joinEui: now.joinEui, model: now.model, serial: now.serial }, known),
      // A device without a name goes by its DevEUI.
      ...(now.name === devEui && known.name === '' ? {} : differing({ name: now.name }, known)),
      ...(Object.keys(now.tags).length === 0 || samePairs(now.tags, known.tags) ? {} : { tags: now.tags }),
    }
    if (isHere) return Object.keys(set).length === 0 ? [] : [{ ...row.source, kind: 'device', devEui, set }]
    // Elsewhere, with all that its row said.
    const { joinEui, model, serial, name, tags } = known
    const whole = { ...filled({ joinEui, model, serial, name }), ...(Object.keys(tags).length === 0 ? {} : { tags }), ...set }
    const moved: TableChange = { file: this.tableOf('device', tenant, service), kind: 'device', devEui, set: whole }
    return row === undefined ? [moved] : [this.removal(row), moved]
  }

  installation(now: CurrentState['installations'][number], { devices }: CurrentState): TableChange[] {
    const { tenant, devEui, channel, asset, from } = now
    if (this.refused.has(`installation ${tenant}/${devEui}/${channel}`)) return []
    const ofDevice = this.newest.get(`device ${tenant} ${devEui} ${channel}`)
    const ofAsset = this.newest.get(`asset ${tenant} ${asset} ${channel}`)
    if (ofDevice !== undefined && ofDevice.from > from) return []
    const { assetName, startIndex, equipment, commune, latitude, longitude, parameters } = now
    // A place that nobody named is called as its asset.
    const site = now.site === asset ? null : now.site
    const place = { assetName, startIndex, equipment, site, commune, latitude, longitude }
    if (ofDevice?.from === from && ofDevice.asset === asset) {
      const set = { ...differing(place, ofDevice), ...pairs(parameters, ofDevice.parameters) }
      return Object.keys(set).length === 0 ? [] : [{ ...ofDevice.source, kind: 'installation', devEui, set }]
    }
    if (ofAsset !== undefined && ofAsset.from > from) return []
    const service = devices.find((device) => device.devEui === devEui)?.service ?? now.service
    const file =
      ofAsset?.source.file ??
      ofDevice?.source.file ??
      (this.declared.has(`${tenant}/${service}`) ? this.tableOf('installation', tenant, service) : null)
    if (file === null) return []
    const shownChannel = channel === 'main' ? {} : { channel }
    const set = { asset, date: from, ...shownChannel, ...filled(place), ...pairs(parameters, {}) }
    return [{ file, kind: 'installation', devEui, set }]
  }

  private removal({ source, devEui }: WantedDevice): TableChange {
    return { ...source, kind: 'device', devEui, set: {}, remove: true }
  }

  /** One that is there already, else a new one. */
  private tableOf(kind: TableKind, tenant: string, service: string): string {
    const own = this.read.tables.filter((table) => table.kind === kind && table.tenant === tenant && table.service === service)
    return own.at(-1)?.file ?? `${tenant}/${service}/pulled-${kind}s.csv`
  }
}

/** Those that the server knows, and differently. */
function differing<T extends Readonly<Record<string, CellValue>>>(now: T, known: Readonly<Record<string, unknown>>): Partial<T> {
  const entries = Object.entries(filled(now)).filter(([name, value]) => value !== known[name])
  return Object.fromEntries(entries) as Partial<T>
}

function filled<T extends Readonly<Record<string, CellValue>>>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== '')) as Partial<T>
}

function pairs(
  now: Readonly<Record<string, Scalar>>,
  known: Readonly<Record<string, Scalar>>,
): { parameters?: Readonly<Record<string, Scalar>> } {
  return Object.keys(now).length === 0 || samePairs(now, known) ? {} : { parameters: now }
}
