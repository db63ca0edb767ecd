/** An emulated network server in a process of its own: its argument is the broker's address, its one message where it listens. */
import { EmulatedChirpStack } from '../../src/simulator/network/emulated-chirpstack.ts'

const [, , brokerUrl = ''] = process.argv
const chirpstack = new EmulatedChirpStack({ brokerUrl })
await chirpstack.start()
process.send?.({ url: chirpstack.url, token: chirpstack.token })
