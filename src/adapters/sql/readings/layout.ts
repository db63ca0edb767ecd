import type { Database } from 'better-sqlite3'
import { OndineError } from '../../../errors/ondine-error.ts'

/**
 * Layout of `readings.sqlite`, beside the tables of readings themselves (one per UTC day and family, see day-tables.ts).
 * Texts that repeat on every row are kept once and named by a number. Times are ms since 1970, days those since 1970.
 *
 * `last_reading` tells the day on which a device and channel last gave an asset a reading of each shape (the set of names of
 * its values): the last values are in the newest rows of that day. It changes once a day; a row per value cost three times all the rest.
 */
const layout = `
create table point (id integer primary key, device text not null, channel text not null, unique (device, channel));
create table asset (id integer primary key, tenant text not null, service text not null, asset text not null, unique (tenant, service, asset));
create table source (
  id integer primary key, point integer not null, asset integer not null, model text not null, unique (asset, point, model)
);
create table gateway (id integer primary key, gateway text not null unique);
create table value_name (id integer primary key, name text not null unique);

create table day_table (name text primary key, day integer not null, family text not null, unique (day, family)) without rowid;
create table value_column (
  family text not null, name text not null, column_name text not null, kind text not null,
  primary key (family, name)
) without rowid;

create table shape (id integer primary key, family text not null, names text not null, unique (family, names));
create table last_reading (
  asset integer not null, point integer not null, shape integer not null, time integer not null,
  primary key (asset, point, shape)
) without rowid;

create table daily (
  asset integer not null, name integer not null, day integer not null, point integer not null,
  first real not null, last real not null, min real not null, max real not null, sum real not null, count integer not null,
  primary key (asset, name, day, point)
) without rowid;
create table daily_due (day integer not null, asset integer not null, point integer not null, primary key (day, asset, point)) without rowid;
`

/**
 * `expired`: readings of days before this one are gone, and what is kept of those days must not be made anew from what comes late.
 * `day_anew`: such a day whose readings are being written again from the first to the last.
 */
const second = `
create table expired (tenant text not null, service text not null, day integer not null, primary key (tenant, service)) without rowid;
create table day_anew (day integer not null, asset integer not null, point integer not null, primary key (day, asset, point)) without rowid;
create index source_point on source (point);
create index asset_name on asset (tenant, asset, service);
`
const steps = [layout, second]

/** Makes the tables of a new file, and those that an older version did not have. @throws OndineError `store.newer` */
export function prepareLayout(database: Database, file: string): void {
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  // A day of a fleet's newest pages stays in memory, and is copied into the file once in 32 MB of writing instead of in four.
  database.pragma('cache_size = -65536')
  database.pragma('wal_autocheckpoint = 8000')
  const found = Number(database.pragma('user_version', { simple: true }))
  if (found > steps.length) throw new OndineError('store.newer', { file, version: found, known: steps.length })
  if (found === steps.length) return
  database.transaction(() => {
    for (const step of steps.slice(found)) database.exec(step)
    database.pragma(`user_version = ${steps.length}`)
  })()
}

export const msPerDay = 86_400_000

/** Number of the UTC day since 1970. */
export function dayOf(ms: number): number {
  return Math.floor(ms / msPerDay)
}

export function startOfDay(day: number): number {
  return day * msPerDay
}

/** A name that may stand in any SQL text. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
