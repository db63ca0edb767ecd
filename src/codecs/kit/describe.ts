import { families } from '../../vocabulary/families.ts'
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

/** The families of devices, for people, by their label. */
export function familyNames(language: 'en' | 'fr'): { name: string; label: string }[] {
  return [...families]
    .map(([name, { label }]) => ({ name, label: label[language] }))
    .sort((a, b) => a.label.localeCompare(b.label, language))
}
