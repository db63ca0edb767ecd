import { implement } from '@orpc/server'
import { contract } from './contract/contract.ts'
import type { LifeDesk } from './ports.ts'
import type { RequestContext } from './request-context.ts'

const os = implement(contract.life).$context<RequestContext>()

/** Handlers of the routes of a device's life, and of gateways beside their declaration. */
export function lifeHandlers(life: LifeDesk) {
  return {
    add: os.add.handler(({ input, context }) => life.add(context.scope, input)),
    label: os.label.handler(({ input, context }) => life.label(context.scope, input)),
    swap: os.swap.handler(({ input: { asset, ...request }, context }) => life.swap(context.scope, asset, request)),
    undoSwap: os.undoSwap.handler(({ input, context }) => life.undoSwap(context.scope, input.number)),
    move: os.move.handler(({ input: { devEui, ...request }, context }) => life.move(context.scope, devEui, request)),
    disable: os.disable.handler(({ input, context }) => life.disable(context.scope, input.devEui)),
    restore: os.restore.handler(({ input, context }) => life.restore(context.scope, input.devEui)),
    retire: os.retire.handler(({ input: { devEui, ...request }, context }) => life.retire(context.scope, devEui, request)),
    flushNonces: os.flushNonces.handler(({ input: { devEui, force }, context }) => life.flushNonces(context.scope, devEui, { force })),
    gatewayCertificate: os.gatewayCertificate.handler(({ input, context }) => life.gatewayCertificate(context.scope, input.gatewayId)),
    unknownGateways: os.unknownGateways.handler(async ({ input, context }) => ({
      items: [...(await life.unknownGateways(context.scope, input))],
    })),
  }
}
