import type { Client } from '../../api/contract/client.ts'
import { OndineError } from '../../errors/ondine-error.ts'
import { given } from '../options.ts'
import type { Session } from '../session.ts'
import { parameterOf } from './parameter.ts'
import { referenceOf } from './reference.ts'
import type { ReferenceOptions } from './reference-options.ts'

export interface SwapOptions extends ReferenceOptions {
  body?: string
  channel?: string
  from?: string
  startIndex?: number
  endIndex?: number
  parameter?: string[]
  tenant?: string
  force?: true
  undo?: string
  wait?: true
}

export type SwapView = Awaited<ReturnType<Client['life']['swap']>>

export async function askSwap(
  session: Session,
  asset: string | undefined,
  device: string | undefined,
  options: SwapOptions,
): Promise<SwapView> {
  if (asset === undefined) throw new OndineError('cli.usage', { reason: session.words.text('use.missing-argument', { what: 'asset' }) })
  const { body, parameter, channel, from, startIndex, endIndex, tenant, force } = options
  const parameters = Object.fromEntries((parameter ?? []).map((pair) => parameterOf(session, pair)))
  const reference = await referenceOf(session, device, options)
  const client = await session.client()
  return client.life.swap({
    ...{ asset, parameters, ...reference, ...given({ channel, from, startIndex, endIndex, tenant, force }) },
    ...(body === undefined ? {} : { body: { serial: body } }),
  })
}

export async function askUndo(session: Session, asset: string | undefined, number: string): Promise<SwapView> {
  if (asset !== undefined) throw new OndineError('cli.usage', { reason: session.words.text('use.too-many') })
  const client = await session.client()
  return client.life.undoSwap({ number })
}
