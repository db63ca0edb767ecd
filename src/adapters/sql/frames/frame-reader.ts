import type { Database } from 'better-sqlite3'
import { z } from 'zod'
import type { UplinkEvent } from '../../../lorawan/network-event.ts'
import type { FrameExtent } from '../../../uplinks/frames/frame-archive.ts'
import { idsOf, msPerDay, placeOf, tableOf } from './layout.ts'
import { type UnpackedFrame, unpackFrames } from './pack.ts'

interface Source {
  devEui: string
  devAddr: string
  profile: string
  tags: Readonly<Record<string, string>>
}

const sourceRow = z.object({
  id: z.number(),
  device: z.string(),
  dev_addr: z.string(),
  profile: z.string().nullable(),
  tags: z.string().nullable(),
})
const radioRow = z.object({ spreading_factor: z.number(), frequency: z.number(), confirmed: z.number() })
const tagsSchema = z.record(z.string(), z.string())

/** Reads on a connection of its own, which sees what is committed and holds up no writer. */
export class FrameReader {
  readonly #database: Database
  readonly #gateways = new Map<number, string>()
  readonly #radios = new Map<number, z.infer<typeof radioRow>>()

  constructor(database: Database) {
    this.#database = database
  }

  /** UTC days that hold frames received in [from, to), ms. */
  days(from: number, to: number): number[] {
    return this.#database
      .prepare<number[], number>('select day from frame_day where day >= ? and day * 86400000 < ? order by day')
      .pluck()
      .all(Math.floor(from / msPerDay), to)
  }

  /** Frames of these devices in the part of [from, to) that lies in the day, oldest first. */
  ofDay(day: number, devices: readonly string[], from: number, to: number): UplinkEvent[] {
    const start = day * msPerDay
    const [first, end] = [Math.max(0, from - start), Math.min(msPerDay, to - start)]
    const frames = new Map<string, UplinkEvent>()
    const select = this.#database.prepare<number[], Buffer>(`select frames from ${tableOf(day)} where id between ? and ?`).pluck()
    for (const [place, group] of Map.groupBy(devices, placeOf)) {
      const sources = this.#sourcesOf(group)
      if (sources.size === 0) continue
      for (const pack of select.iterate(...idsOf(place))) {
        for (const frame of unpackFrames(pack, sources)) {
          const source = sources.get(frame.source)
          if (source === undefined || frame.at < first || frame.at >= end) continue
          // A repeat is there twice; where what is known of the device changed between, the newer knowledge counts.
          frames.set(`${source.devEui} ${frame.at} ${frame.fCnt}`, this.#uplink(source, start, frame))
        }
      }
    }
    return [...frames.values()].sort((a, b) => compare(a.time, b.time) || compare(a.device.devEui, b.device.devEui) || a.fCnt - b.fCnt)
  }

  extent(): FrameExtent {
    const row = z
      .object({ frames: z.number().nullable(), first: z.number().nullable() })
      .parse(this.#database.prepare('select sum(frames) as frames, min(case when frames > 0 then day end) as first from frame_day').get())
    const pages =
      Number(this.#database.pragma('page_count', { simple: true })) - Number(this.#database.pragma('freelist_count', { simple: true }))
    return {
      frames: row.frames ?? 0,
      bytes: pages * Number(this.#database.pragma('page_size', { simple: true })),
      firstDay: row.first === null ? null : new Date(row.first * msPerDay).toISOString().slice(0, 10),
    }
  }

  #sourcesOf(devices: readonly string[]): Map<number, Source> {
    const rows = this.#database
      .prepare(
        `select s.id, s.device, s.dev_addr, h.profile, h.tags from source s left join hint h on h.id = s.hint
         where s.device in (select value from json_each(?)) order by s.id`,
      )
      .all(JSON.stringify(devices))
    return new Map(
      sourceRow
        .array()
        .parse(rows)
        .map(({ id, device, dev_addr, profile, tags }) => [
          id,
          { devEui: device, devAddr: dev_addr, profile: profile ?? '', tags: tags === null ? {} : tagsSchema.parse(JSON.parse(tags)) },
        ]),
    )
  }

  #uplink({ devEui, devAddr, profile, tags }: Source, startOfDay: number, frame: UnpackedFrame): UplinkEvent {
    const { spreading_factor, frequency, confirmed } = this.#radioOf(frame.radio)
    return {
      type: 'uplink',
      time: new Date(startOfDay + frame.at).toISOString(),
      device: { ...nameless, deviceProfileName: profile, devEui, tags },
      deduplicationId: '',
      devAddr,
      fCnt: frame.fCnt,
      fPort: frame.fPort,
      confirmed: confirmed === 1,
      data: frame.payload,
      frequency,
      spreadingFactor: spreading_factor === 0 ? null : spreading_factor,
      receptions: frame.receptions.map(({ gateway, rssi, snr }) => ({ gatewayId: this.#gatewayOf(gateway), rssi, snr })),
    }
  }

  #gatewayOf(number: number): string {
    const known = this.#gateways.get(number)
    if (known !== undefined) return known
    const gateway = String(this.#database.prepare('select gateway from gateway where id = ?').pluck().get(number) ?? '')
    this.#gateways.set(number, gateway)
    return gateway
  }

  #radioOf(number: number): z.infer<typeof radioRow> {
    const known = this.#radios.get(number)
    if (known !== undefined) return known
    const radio = radioRow.parse(
      this.#database.prepare('select spreading_factor, frequency, confirmed from radio where id = ?').get(number),
    )
    this.#radios.set(number, radio)
    return radio
  }
}

const nameless = { tenantId: '', tenantName: '', applicationId: '', applicationName: '', deviceProfileId: '', deviceName: '' }

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
