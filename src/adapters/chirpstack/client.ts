import type { DownlinkQueue } from '../../commands/ports.ts'
import type { NetworkProvisioning } from '../../provisioning/network.ts'
import { Caller } from './caller.ts'
import { ChirpstackDirectory } from './directory.ts'
import { ChirpstackDownlinkQueue } from './downlink-queue.ts'
import type { NetworkDirectory } from './network-directory.ts'
import { type ChirpstackProbe, probeChirpstack } from './probe.ts'
import { ChirpstackProvisioning } from './provisioning/chirpstack-provisioning.ts'
import { callsInThread } from './wire/calls-in-thread.ts'
import { type ConnectionOptions, connect } from './wire/grpc.ts'

export interface ChirpstackClient {
  readonly downlinks: DownlinkQueue
  readonly directory: NetworkDirectory
  readonly provisioning: NetworkProvisioning
  /** the same for jobs of tens of thousands of calls, which another thread makes */
  readonly jobs: NetworkProvisioning
  /** for doctor: never rejects; `knownDevice`, any device of the key's tenant, makes the rights of a tenant key known */
  probe(knownDevice?: string): Promise<ChirpstackProbe>
  stop(): void
}

export interface ChirpstackClientOptions extends ConnectionOptions {
  /** per call, default 10 000 */
  deadlineMs?: number
  now?: () => number
}

/** The client of one ChirpStack, from `{ url, token }`. Nothing is sent before the first call; `stop` ends what is under way. */
export function createChirpstackClient(options: ChirpstackClientOptions): ChirpstackClient {
  const { deadlineMs = 10_000, now = Date.now } = options
  const connection = connect(options)
  const caller = new Caller(connection, deadlineMs)
  const inThread = callsInThread(options)
  return {
    downlinks: new ChirpstackDownlinkQueue(caller),
    directory: new ChirpstackDirectory(caller, now),
    provisioning: new ChirpstackProvisioning(caller),
    jobs: new ChirpstackProvisioning(new Caller(inThread, deadlineMs)),
    // three questions within the eight seconds that doctor waits
    probe: (knownDevice) => probeChirpstack(connection, Math.min(deadlineMs, 2_000), knownDevice),
    stop: () => {
      connection.close()
      inThread.close()
    },
  }
}
