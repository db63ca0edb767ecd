import type { Database } from 'better-sqlite3'
import { OndineError } from '../../../errors/ondine-error.ts'

/**
 * Layout of `frames.sqlite`, beside the tables of frames themselves (one per UTC day, see `createDay`). Texts that repeat are
 * kept once and named by a number; a `source` is a device in one session, with whose it was and what told its model.
 */
const layout = `
create table scope (id integer primary key, tenant text not null, service text not null, unique (tenant, service));
create table hint (id integer primary key, profile text not null, tags text not null, unique (profile, tags));
create table radio (
  id integer primary key, spreading_factor integer not null, frequency integer not null, confirmed integer not null,
  unique (spreading_factor, frequency, confirmed)
);
create table gateway (id integer primary key, gateway text not null unique);
create table source (
  id integer primary key, device text not null, dev_addr text not null, scope integer not null, hint integer not null,
  unique (device, dev_addr, scope, hint)
);
create table frame_day (day integer primary key, frames integer not null, batches integer not null);
create table day_scope (day integer not null, scope integer not null, primary key (day, scope)) without rowid;

create table replay (
  id integer primary key, state text not null, request text not null, devices text not null, account text not null, tenant text,
  begun text not null, ended text, done integer not null, total integer not null, counts text not null, examples text not null, reason text
);
create table replaced (replay integer primary key, readings text not null);
`
const version = 1

/** Makes the tables of a new file. @throws OndineError `frames.newer` */
export function prepareLayout(database: Database, file: string): void {
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  const found = Number(database.pragma('user_version', { simple: true }))
  if (found > version) throw new OndineError('frames.newer', { file, version: found, known: version })
  if (found === version) return
  database.transaction(() => {
    database.exec(layout)
    database.pragma(`user_version = ${version}`)
  })()
}

export const msPerDay = 86_400_000

/**
 * Devices share this many places in a day's table. Each place is in order of arrival: a batch is appended at so many ends of
 * the tree, and one device is found among a share of the day. By device alone every frame of a large fleet would write a page
 * of its own; by time alone one device would cost the reading of whole days.
 */
const places = 256

export function placeOf(devEui: string): number {
  // Fibonacci hashing: EUIs of a delivery follow each other.
  return Math.imul(Number.parseInt(devEui.slice(-8), 16), 0x9e37_79b1) >>> 24
}

/** All places, in the order of the table. */
export function allPlaces(): IterableIterator<number> {
  return Array.from({ length: places }).keys()
}

const batchSpan = 2 ** 13
const placeSpan = 2 ** 32 * batchSpan

/** Id of a pack: by place, then by batch of its day, then by its number among those of this place and batch. */
export function packId(place: number, batch: number, number: number): number {
  return place * placeSpan + batch * batchSpan + number
}

/** First and last id that a place may have. */
export function idsOf(place: number): [number, number] {
  return [place * placeSpan, (place + 1) * placeSpan - 1]
}

export function tableOf(day: number): string {
  return `frame_${new Date(day * msPerDay).toISOString().slice(0, 10).replaceAll('-', '')}`
}

/** A row is a pack of frames that came together: a row a frame cost five times the time. */
export function createDay(database: Database, day: number): void {
  database.exec(
    `create table ${tableOf(day)} (id integer primary key, scope integer not null, count integer not null, frames blob not null)`,
  )
  database.prepare('insert into frame_day (day, frames, batches) values (?, 0, 0)').run(day)
}
