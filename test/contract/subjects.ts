import { chirpstackBinary } from '../support/chirpstack-server.ts'
import { startEmulated } from './emulated-network.ts'
import type { ContractSubject } from './network.ts'
import { startReal } from './real-network.ts'

/** Every test of this folder runs on each of them: what the real one does is right. */
export const subjects: readonly ContractSubject[] = [
  { name: 'emulated (SQLite)', database: 'sqlite', available: true, start: () => startEmulated('sqlite') },
  { name: 'emulated (PostgreSQL)', database: 'postgresql', available: true, start: () => startEmulated('postgresql') },
  ...(['sqlite', 'postgresql'] as const).map((database) => ({
    name: `real (${database === 'sqlite' ? 'SQLite' : 'PostgreSQL'})`,
    database,
    available: chirpstackBinary(database) !== undefined,
    start: () => startReal(database),
  })),
]
