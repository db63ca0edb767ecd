import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { stepFacts } from '../../src/commands/step-code.ts'
import { findingCodes } from '../../src/health/finding.ts'
import { doctorWords } from '../../src/language/catalogue/doctor.ts'
import { stepWords } from '../../src/language/catalogue/steps.ts'
import { languageOf } from '../../src/language/message.ts'
import { catalogue, translator } from '../../src/language/translator.ts'

/** Facts for any message: each name reads as itself, numbers as 2. */
const anyContext = new Proxy({}, { get: (_target, name) => String(name) })
const say = (words: unknown) => (typeof words === 'function' ? String(words(anyContext)) : String(words))

/** Words that are the same in both languages, on purpose. */
const same = new Set([
  'start.broker',
  'devEui',
  'service',
  'tenant',
  'position',
  'version',
  'API',
  'firmware',
  'output',
  'normalized',
  'Sources',
  'status.topics',
  'order.follow',
  'plan.tenant',
  'plan.application',
])

describe('every message is there in both languages', () => {
  test.for(Object.entries(catalogue))('%s', ([key, { en, fr }]) => {
    expect(say(en).trim()).not.toBe('')
    expect(say(fr).trim()).not.toBe('')
    if (!same.has(key) && !same.has(say(en))) expect(say(fr)).not.toBe(say(en))
  })

  test.for(Object.entries(doctorWords))('doctor: %s', ([, words]) => {
    for (const message of [words.text, 'remedy' in words ? words.remedy : undefined]) {
      if (message === undefined) continue
      expect(say(message.en)).not.toContain('undefined')
      expect(say(message.fr)).not.toContain('undefined')
    }
  })
})

test('doctor has words for everything it can find, and for nothing else', () => {
  expect(Object.keys(doctorWords).sort()).toEqual([...findingCodes].sort())
})

test('there are words for every step of an order, and for nothing else', () => {
  expect(Object.keys(stepWords).sort()).toEqual(Object.keys(stepFacts).sort())
})

test.for(Object.entries(stepFacts))('step of an order: %s, with its facts, in both languages', ([code, names]) => {
  const facts = Object.fromEntries(names.map((name) => [name, `<${name}>`]))
  const [en, fr] = [translator('en').step(code, facts), translator('fr').step(code, facts)]
  for (const said of [en, fr]) {
    expect(said.trim()).not.toBe('')
    expect(said).not.toContain('undefined')
    for (const fact of Object.values(facts)) expect(said).toContain(fact)
  }
  // What was said elsewhere is carried through as it is.
  if (code !== 'note' && code !== 'refused') expect(fr).not.toBe(en)
})

test('a refusal of the network server is told with its advice, in the reader’s language', () => {
  const facts = { error: 'chirpstack.refused', method: 'Enqueue', subject: 'device 1', answer: 'bad', reason: 'quota' }
  expect(translator('fr').step('refused', facts)).toMatch(/« bad ».*limite du tenant/)
  expect(translator('en').step('refused', facts)).toMatch(/“bad”.*limit is reached/)
})

test('a step of a newer server is shown by its code', () => {
  expect(translator('fr').step('told-tomorrow', {})).toBe('told-tomorrow')
})

test('what a newer server finds is shown by its code', () => {
  const { finding, remedy } = translator('fr')
  expect(finding('found-by-tomorrow', {})).toBe('found-by-tomorrow')
  expect(remedy('found-by-tomorrow', {})).toBeUndefined()
  expect(finding('toString', {})).toBe('toString')
})

test('no key has words in two rooms: the later would be told for both', async () => {
  const folder = join(import.meta.dirname, '../../src/language/catalogue')
  // Those of doctor and of the steps are told by their own codes.
  const rooms = readdirSync(folder).filter((file) => file !== 'doctor.ts' && file !== 'steps.ts')
  const keys: string[] = []
  for (const room of rooms) {
    const exported: Record<string, unknown> = await import(join(folder, room))
    keys.push(...Object.values(exported).flatMap((words) => Object.keys(Object(words))))
  }
  expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([])
  expect(keys.sort()).toEqual(Object.keys(catalogue).sort())
})

describe('the language', () => {
  test.for([
    [undefined, {}, 'en'],
    [undefined, { LANG: 'fr_FR.UTF-8' }, 'fr'],
    [undefined, { LANG: 'fr_FR.UTF-8', LC_ALL: 'C' }, 'en'],
    [undefined, { LANG: 'en_GB.UTF-8', LC_MESSAGES: 'fr_BE' }, 'fr'],
    [undefined, { LC_ALL: '', LANG: 'fr' }, 'fr'],
    ['en', { LANG: 'fr_FR.UTF-8' }, 'en'],
    ['fr', {}, 'fr'],
  ] as const)('--lang %s with %j is %s', ([given, environment, expected]) => {
    expect(languageOf(given, environment)).toBe(expected)
  })
})
