import { assetsContract } from './assets.ts'
import { codecsContract } from './codecs.ts'
import { commandsContract } from './commands.ts'
import { deadLettersContract } from './dead-letters.ts'
import { devicesContract } from './devices.ts'
import { gatewaysContract } from './gateways.ts'
import { lifeContract } from './life.ts'
import { provisioningContract } from './provisioning.ts'
import { readingsContract } from './readings.ts'
import { replaysContract } from './replays.ts'
import { statusContract } from './status.ts'
import { tokensContract } from './tokens.ts'

/** The whole HTTP API: server, typed client, OpenAPI and documentation derive from it. */
export const contract = {
  status: statusContract,
  devices: devicesContract,
  gateways: gatewaysContract,
  assets: assetsContract,
  readings: readingsContract,
  commands: commandsContract,
  codecs: codecsContract,
  deadLetters: deadLettersContract,
  replays: replaysContract,
  provisioning: provisioningContract,
  life: lifeContract,
  tokens: tokensContract,
}
