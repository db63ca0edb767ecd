/** The name of a protobuf enum's value; a number this version does not know becomes its digits. */
export function enumName(values: object, value: number): string {
  for (const [name, number] of Object.entries(values)) if (number === value) return name
  return String(value)
}
