import { OndineError } from '../../../errors/ondine-error.ts'
import { euiSchema } from '../../../lorawan/eui.ts'

/** Columns of PostgreSQL; an SQLite build takes more, and could not be moved then. */
const longestName = 100

/** An EUI as ChirpStack is to get it: an empty one it would take for sixteen zeros. */
export function checkedEui(eui: string, method: string, subject: string): string {
  const checked = euiSchema.safeParse(eui)
  if (!checked.success) throw refusal(method, subject, `“${eui}” has not 16 hexadecimal digits`)
  return checked.data
}

/** An id that must not be left out: without one ChirpStack lists what all tenants have. */
export function checkedId(id: string, method: string, subject: string): string {
  if (id === '') throw refusal(method, subject, 'an id is missing')
  return id
}

export function checkedName(name: string, method: string, subject: string): string {
  const length = [...name].length
  if (length > longestName) throw refusal(method, subject, `the name has ${length} characters, ${longestName} is the most`)
  return name
}

function refusal(method: string, subject: string, answer: string): OndineError {
  return new OndineError('chirpstack.refused', { method, subject, answer, reason: 'invalid' })
}
