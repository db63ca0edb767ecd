import type { Example, Model } from '../../model.ts'
import type { Template } from '../../template.ts'
import type { ExampleOutcome } from '../run-examples.ts'
import type { about, Finding } from './finding.ts'

type About = ReturnType<typeof about>

/** Examples that fail, that say nothing, and the edges that none of them tries. `anyPort`: the codec reads ports that no example uses. */
export function exampleFindings(model: Model, outcomes: readonly ExampleOutcome[], anyPort: boolean, { error, warning }: About): Finding[] {
  const examples = outcomes.map(({ example }) => example)
  return [
    ...outcomes.flatMap(({ example, number, differences }): Finding[] => {
      const context = { number, description: example.description }
      if (differences.length > 0) return [error({ rule: 'example-fails', context }, [number - 1])]
      const silent = example.errors === undefined && example.output === undefined
      const normalized = example.type === 'uplink' && example.normalized !== undefined
      return silent && !normalized ? [warning({ rule: 'example-empty', context }, [number - 1])] : []
    }),
    ...uplinkEdges(examples, anyPort, { error, warning }),
    ...commandEdges(model, examples, { error, warning }),
  ]
}

function uplinkEdges(examples: readonly Example[], anyPort: boolean, { error, warning }: About): Finding[] {
  const uplinks = examples.filter((example) => example.type === 'uplink')
  const taken = uplinks.filter(({ errors }) => errors === undefined)
  if (taken.length === 0) return [error({ rule: 'no-uplink', context: {} })]
  const ports = new Set(taken.map(({ input }) => input.fPort))
  const refused = uplinks.filter(({ errors }) => errors !== undefined)
  const longest = Math.max(...taken.map(({ input }) => input.hex.length))
  const rules = [
    ['no-empty-frame', uplinks.some(({ input }) => input.hex === '')],
    ['no-short-frame', refused.some(({ input: { hex, fPort } }) => hex !== '' && hex.length < longest && ports.has(fPort))],
    // A codec that reads any port on purpose has an example on a second one.
    ['no-wrong-port', refused.some(({ input }) => !ports.has(input.fPort)) || (anyPort && ports.size > 1)],
  ] as const
  return rules.flatMap(([rule, isThere]) => (isThere ? [] : [warning({ rule, context: {} })]))
}

function commandEdges(model: Model, examples: readonly Example[], { error, warning }: About): Finding[] {
  const encodes = examples.filter((example) => example.type === 'downlink-encode')
  const findings = Object.entries(model.commands).flatMap(([command, { input, timed, limits }]): Finding[] => {
    const types = [input, timed?.input].map((template) => Object(template).type)
    const own = encodes.filter((example) => types.includes(example.input.type) && example.errors === undefined)
    if (own.length === 0) return [error({ rule: 'no-command-example', context: { command } })]
    return Object.entries(limits).flatMap(([name, [min, max]]) => {
      const numbers = own.flatMap(({ input: given }) =>
        [input, timed?.input ?? null].flatMap((template) => valuesAt(template, given, name)),
      )
      // One beyond it shows the edge too: the device takes more than the model lets through.
      const shown = [
        [min, numbers.some((number) => number <= min)],
        [max, numbers.some((number) => number >= max)],
      ] as const
      return shown.flatMap(([limit, isThere]) =>
        isThere ? [] : [warning({ rule: 'no-limit-example', context: { command, name, limit } })],
      )
    })
  })
  const refused = encodes.some(({ errors }) => errors !== undefined)
  const takes = Object.keys(model.commands).length > 0
  return takes && !refused ? [...findings, warning({ rule: 'no-refused-command', context: {} })] : findings
}

/** The numbers of an encoder's input where the template has the command's field. */
function valuesAt(template: Template, given: unknown, name: string): number[] {
  if (typeof template === 'string') return template === `$${name}` && typeof given === 'number' ? [given] : []
  if (typeof template !== 'object' || template === null || typeof given !== 'object' || given === null) return []
  return Object.entries(template).flatMap(([key, part]: [string, Template]) => valuesAt(part, Reflect.get(given, key), name))
}
