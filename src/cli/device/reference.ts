import { OndineError } from '../../errors/ondine-error.ts'
import type { Session } from '../session.ts'
import { askedKeys, type TypedKeys } from './asked-keys.ts'
import { labelToSend } from './label-text.ts'
import type { ReferenceOptions } from './reference-options.ts'

interface Reference {
  devEui?: string
  serial?: string
  label?: string
  keys?: TypedKeys
  model?: string
  acceptWeakKeys?: boolean
}

/** What a person typed, as the server takes it: 16 hexadecimal digits are a devEui, all else is a serial number. */
export async function referenceOf(session: Session, typed: string | undefined, options: ReferenceOptions): Promise<Reference> {
  const { qr, keys, model, acceptWeakKeys } = options
  if (typed !== undefined && qr !== undefined) throw new OndineError('life.two-devices', {})
  const named = typed === undefined ? {} : isEui(typed) ? { devEui: typed } : { serial: typed }
  return {
    ...named,
    ...(qr === undefined ? {} : { label: await labelToSend(session, qr) }),
    ...(keys === true ? { keys: await askedKeys(session) } : {}),
    ...(model === undefined ? {} : { model }),
    ...(acceptWeakKeys === true ? { acceptWeakKeys } : {}),
  }
}

function isEui(text: string): boolean {
  return /^[0-9a-f]{2}([:-]?)[0-9a-f]{2}(\1[0-9a-f]{2}){6}$/i.test(text)
}
