import { describe, expect, test } from 'vitest'
import { faultsOf } from '../../scripts/check-protocols.ts'

/** A made-up protocol, whole: id, spec, vectors and test. Each test takes away or adds one thing. */
const ID = "export const GREET_PROTOCOL = '/egregore/greet/1'"
const WHOLE = ['protocols/README.md', 'protocols/greet/1/spec.md', 'protocols/greet/1/vectors/greet.json']
const TEST = "readFileSync('protocols/greet/1/vectors/greet.json')"

function faults(code: string, protocols: readonly string[] = WHOLE, testCode: string = TEST): string[] {
  const source = new Map([['src/network/greet.ts', code]])
  return faultsOf({ source, tests: new Map([['test/greet.test.ts', testCode]]), protocols })
}

test('a protocol with spec, vectors and test is whole', () => {
  expect(faults(ID)).toEqual([])
})

test('an id without a folder misses spec and vectors', () => {
  expect(faults(`// The protocol.\n${ID}`, [])).toEqual([
    'src/network/greet.ts:2: protocols/greet/1/spec.md is missing',
    'src/network/greet.ts:2: a file in protocols/greet/1/vectors/ is missing',
  ])
})

test('a folder without a spec is told', () => {
  expect(faults(ID, ['protocols/greet/1/vectors/greet.json'])).toEqual([
    'src/network/greet.ts:1: protocols/greet/1/spec.md is missing',
  ])
})

test('a folder without vectors is told', () => {
  expect(faults(ID, ['protocols/greet/1/spec.md'])).toEqual([
    'src/network/greet.ts:1: a file in protocols/greet/1/vectors/ is missing',
  ])
})

test.each([
  ['no protocol', ''],
  ['another version', "'/egregore/greet/10' and 'protocols/greet/1.1'"],
])('a test that names %s is no test of it', (_, testCode) => {
  expect(faults(ID, WHOLE, testCode)).toEqual([
    'src/network/greet.ts:1: a test that names protocols/greet/1 or /egregore/greet/1 is missing',
  ])
})

test('a test may name the id in place of the folder', () => {
  expect(faults(ID, WHOLE, "dial(peer, '/egregore/greet/1')")).toEqual([])
})

test('the topic of gossip is written down with gossip', () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a template
  expect(faults('const topic = `/egregore/${discriminator}/feed/1`')).toContain(
    'src/network/greet.ts:1: protocols/gossip/1/spec.md is missing',
  )
})

test('another version needs its own folder', () => {
  expect(faults("const next = '/egregore/greet/2'")).toHaveLength(3)
})

test('an id with the discriminator is known by its last two segments', () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a template
  const code = 'const protocol = `/egregore/${discriminatorOf(key)}/greet/1`'
  expect(faults(code)).toEqual([])
  expect(faults(code, [])).toHaveLength(2)
})

test('a version may have several numbers', () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a template
  const code = 'const protocol = `/egregore/${discriminator}/kad/1.0.0`'
  expect(faults(code)[0]).toBe('src/network/greet.ts:1: protocols/kad/1.0.0/spec.md is missing')
})

test.each([
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a template
  ['name', '`/egregore/${name}/1`'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a template
  ['version', '`/egregore/greet/${version}`'],
])('an id whose %s is not written out cannot be checked', (_, code) => {
  expect(faults(code)).toEqual([
    'src/network/greet.ts:1: write the name and version of a protocol id out, so that it can be found',
  ])
})

test.each([
  ['a comment', '// An incompatible change is `/egregore/greet/2`.'],
  ['a path without version', "const path = '/egregore/greet'"],
  ['a sentence', "log.info('see /egregore/greet/2')"],
])('%s is no protocol id', (_, code) => {
  expect(faults(code)).toEqual([])
})

test('a folder without an id in src must be whole too, and is told once', () => {
  expect(faults('', ['protocols/greet/1/schema.json', 'protocols/greet/1/notes.md'], '')).toEqual([
    'protocols/greet/1: protocols/greet/1/spec.md is missing',
    'protocols/greet/1: a file in protocols/greet/1/vectors/ is missing',
    'protocols/greet/1: a test that names protocols/greet/1 or /egregore/greet/1 is missing',
  ])
})

describe('a type of content', () => {
  const FOLDER = 'protocols/content/greeting/1'
  const PARTS = [
    'protocols/content/README.md',
    `${FOLDER}/spec.md`,
    `${FOLDER}/schema.json`,
    `${FOLDER}/vectors/greeting.json`,
  ]
  const READER = `readFileSync('${FOLDER}/vectors/greeting.json')`

  test('with spec, schema, vectors and test is whole', () => {
    expect(faults('', PARTS, READER)).toEqual([])
  })

  test.each(['spec.md', 'schema.json'])('without %s is told', (part) => {
    const rest = PARTS.filter((path) => path !== `${FOLDER}/${part}`)
    expect(faults('', rest, READER)).toEqual([`${FOLDER}: ${FOLDER}/${part} is missing`])
  })

  test('that no test reads is told', () => {
    expect(faults('', PARTS)).toEqual([
      `${FOLDER}: a test that names ${FOLDER} or /egregore/content/greeting/1 is missing`,
    ])
  })
})
