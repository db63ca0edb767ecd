import type { Example, Model } from '../../model.ts'
import type { ExampleOutcome } from '../run-examples.ts'
import type { about, Finding } from './finding.ts'

type About = ReturnType<typeof about>
type Encode = Extract<Example, { type: 'downlink-encode' }>

/** Examples that fail, that say nothing, and the edges that none of them tries. */
export function exampleFindings(model: Model, outcomes: readonly ExampleOutcome[], { error, warning }: About): Finding[] {
  const examples = outcomes.map(({ example }) => example)
  return [
    ...outcomes.flatMap(({ example, number, differences }): Finding[] => {
      const context = { number, description: example.description }
      if (differences.length > 0) return [error({ rule: 'example-fails', context }, [number - 1])]
      const silent = example.errors === undefined && example.output === undefined
      const normalized = example.type === 'uplink' && example.normalized !== undefined
      return silent && !normalized ? [warning({ rule: 'example-empty', context }, [number - 1])] : []
    }),
    ...uplinkEdges(examples, { error, warning }),
    ...commandEdges(model, examples, { error, warning }),
  ]
}

function uplinkEdges(examples: readonly Example[], { error, warning }: About): Finding[] {
  const uplinks = examples.filter((example) => example.type === 'uplink')
  const taken = uplinks.filter(({ errors }) => errors === undefined)
  if (taken.length === 0) return [error({ rule: 'no-uplink', context: {} })]
  const ports = new Set(taken.map(({ input }) => input.fPort))
  const refused = uplinks.filter(({ errors }) => errors !== undefined)
  const longest = Math.max(...taken.map(({ input }) => input.hex.length))
  const rules = [
    ['no-empty-frame', uplinks.some(({ input }) => input.hex === '')],
    ['no-short-frame', refused.some(({ input: { hex, fPort } }) => hex !== '' && hex.length < longest && ports.has(fPort))],
    ['no-wrong-port', refused.some(({ input }) => !ports.has(input.fPort))],
  ] as const
  return rules.flatMap(([rule, isThere]) => (isThere ? [] : [warning({ rule, context: {} })]))
}

function commandEdges(model: Model, examples: readonly Example[], { error, warning }: About): Finding[] {
  const encodes = examples.filter((example) => example.type === 'downlink-encode')
  const findings = Object.entries(model.commands).flatMap(([command, { input, timed, limits }]): Finding[] => {
    const types = [input, timed?.input].map((template) => Object(template).type)
    const own = encodes.filter((example) => types.includes(example.input.type) && example.errors === undefined)
    if (own.length === 0) return [error({ rule: 'no-command-example', context: { command } })]
    const numbers = new Set(own.flatMap(numbersOf))
    return Object.entries(limits).flatMap(([name, both]) =>
      both.filter((limit) => !numbers.has(limit)).map((limit) => warning({ rule: 'no-limit-example', context: { command, name, limit } })),
    )
  })
  const refused = encodes.some(({ errors }) => errors !== undefined)
  const takes = Object.keys(model.commands).length > 0
  return takes && !refused ? [...findings, warning({ rule: 'no-refused-command', context: {} })] : findings
}

function numbersOf({ input }: Encode): number[] {
  const inside = (value: unknown): number[] => {
    if (typeof value === 'number') return [value]
    return typeof value === 'object' && value !== null ? Object.values(value).flatMap(inside) : []
  }
  return inside(input)
}
