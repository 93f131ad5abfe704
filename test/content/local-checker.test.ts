import { describe, expect, test } from 'vitest'
import { Reviewer } from '../../src/content/index.ts'
import { openChecker, openSchemas } from '../support/open-schemas.ts'

/** Shorter than anything here takes, long enough for an honest check on a busy machine. */
const TIMEOUT_MS = 3_000

const BACKTRACKING = { properties: { text: { pattern: '^(a+)+$' } } }
const LONG = `${'a'.repeat(60_000)}!`

/** Twice as many branches with each level. */
function branching(depth: number): unknown {
  return depth === 0 ? { type: 'string' } : { anyOf: [branching(depth - 1), branching(depth - 1)] }
}

describe('a careless schema', () => {
  test.each<[string, unknown, unknown]>([
    ['a pattern that backtracks', BACKTRACKING, { text: LONG }],
    ['a reference that goes round', { $ref: '#' }, 1],
    [
      'items that must differ',
      { properties: { list: { uniqueItems: true } } },
      { list: Array.from({ length: 12_000 }, (_, at) => [at]) },
    ],
  ])('holds up nobody: %s', async (_, schema, content) => {
    const checker = openChecker(TIMEOUT_MS)
    const turns = countTurns()
    const answer = await checker.run({ schema: JSON.stringify(schema), content: JSON.stringify(content) })
    // It ends by itself or by its time; the main thread has gone on meanwhile.
    if (answer !== undefined) expect(Object.keys(answer)).toHaveLength(1)
    expect(turns.stop()).toBeGreaterThan(10)
    await expect(checker.run({ schema: '{}', content: '1' })).resolves.toEqual({ mismatches: [] })
  })

  test('that takes too long ends with its process, and those that wait are answered by another', async () => {
    const checker = openChecker(TIMEOUT_MS)
    const order = (text: string) => ({ schema: JSON.stringify(BACKTRACKING), content: JSON.stringify({ text }) })
    const [late, next] = await Promise.all([checker.run(order(LONG)), checker.run(order('aaa'))])
    expect([late, next]).toEqual([undefined, { mismatches: [] }])
  })

  test('that takes more memory than there is for it ends with its process', async () => {
    const checker = openChecker()
    // Hundreds of thousands of errors, each an object.
    const order = { schema: JSON.stringify({ items: branching(5) }), content: JSON.stringify(Array(30_000).fill(1)) }
    await expect(checker.run(order)).resolves.toBeUndefined()
    await expect(checker.run({ schema: '{}' })).resolves.toEqual({ mismatches: [] })
  })

  test('that is nested deeply is refused, or taken, and the process lives', async () => {
    const checker = openChecker()
    const schema = `${'{"not":'.repeat(5_000)}{}${'}'.repeat(5_000)}`
    expect(await checker.run({ schema })).toHaveProperty('invalid')
    await expect(checker.run({ schema: '{}' })).resolves.toEqual({ mismatches: [] })
  })
})

test('content that nobody could check is warned of, and refused where the schema was named', async () => {
  const schemas = openSchemas({ timeoutMs: TIMEOUT_MS })
  const text = JSON.stringify(BACKTRACKING)
  await schemas.register({ contentType: 'careless', version: 1, compatibility: 'none', description: undefined, text })
  const reviewer = new Reviewer({ schemas })
  const content = { type: 'careless', text: LONG }
  await expect(reviewer.review({ content })).resolves.toMatchObject([{ code: 'SCHEMA_UNCHECKED', field: 'content' }])
  await expect(reviewer.review({ content, schemaId: 'careless/v1' })).rejects.toMatchObject({
    code: 'SCHEMA_UNCHECKED',
  })
})

test('a checker that is closed leaves nobody waiting', async () => {
  const checker = openChecker()
  const waiting = [checker.run({ schema: '{}' }), checker.run({ schema: '{}' })]
  await checker.close()
  await checker.close()
  await expect(Promise.all(waiting)).resolves.toEqual([undefined, undefined])
})

/** How often the event loop of this thread came round. */
function countTurns(): { stop(): number } {
  let turns = 0
  const timer = setInterval(() => turns++, 1)
  return {
    stop: () => {
      clearInterval(timer)
      return turns
    },
  }
}
