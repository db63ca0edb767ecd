import { flags } from '../../vocabulary/flags.ts'
import { measurements } from '../../vocabulary/measurements.ts'

/** Unit and label of a value of the vocabulary; the name itself where it is not in it. */
export function describeValue(name: string, language: 'en' | 'fr'): { unit: string | null; label: string } {
  const measurement = measurements.get(name)
  return { unit: measurement?.unit ?? null, label: measurement?.label[language] ?? name }
}

/** What a flag means, in words. */
export function describeFlag(flag: string, language: 'en' | 'fr'): string {
  return isFlag(flag) ? flags[flag][language] : flag
}

function isFlag(flag: string): flag is keyof typeof flags {
  return Object.hasOwn(flags, flag)
}

export { unitSuffix } from '../../vocabulary/units.ts'
