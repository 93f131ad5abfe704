import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SqlitePublishedKeyStore } from '../../src/store/index.ts'
import { MemoryPublishedKeyStore } from '../support/memory-published-key-store.ts'
import { openLog, TEST_NOW } from '../support/open-log.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import type { Draft } from '../../src/feed/index.ts'
import type { PublishedKeyStore } from '../../src/log/index.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const HASH = 'a'.repeat(64)
const once = (key: string, note = ''): { key: string; note: string } => ({ key, note })

/** How many keys the table holds. */
function keysIn({ database }: ReturnType<typeof openLog>): unknown {
  return database.prepare('SELECT count(*) FROM published_keys').pluck().get()
}

describe('the same draft under the same key', () => {
  test('is the message of the first time, with its note', async () => {
    const { log } = openLog()
    const first = await log.publishOnce({ content: { a: 1 }, tags: ['x'] }, once('k', 'as it was'))
    const second = await log.publishOnce({ content: { a: 1 }, tags: ['x'] }, once('k', 'another note'))
    expect(first.earlier).toBeUndefined()
    expect(second).toEqual({ message: first.message, earlier: { note: 'as it was' } })
    await expect(log.publishedOnce({ content: { a: 1 }, tags: ['x'] }, 'k')).resolves.toEqual(second)
    expect(log.counts().messages).toBe(1)
  })

  test('is the same however its content is ordered', async () => {
    const { log } = openLog()
    await log.publishOnce({ content: { a: 1, b: 2 } }, once('k'))
    await expect(log.publishOnce({ content: { b: 2, a: 1 } }, once('k'))).resolves.toHaveProperty('earlier')
  })

  test('is one message for all who say it at once', async () => {
    const { log } = openLog()
    const twins = await Promise.all(Array.from({ length: 20 }, () => log.publishOnce({ content: 'twin' }, once('k'))))
    expect(new Set(twins.map(({ message }) => message.hash)).size).toBe(1)
    expect(twins.filter(({ earlier }) => earlier === undefined)).toHaveLength(1)
    expect(log.counts().messages).toBe(1)
  })

  test('is answered although its expiry has passed since', async () => {
    const { log, clock } = openLog()
    const draft = { content: 1, expiresAt: '2026-01-01T00:00:01Z' }
    const { message } = await log.publishOnce(draft, once('k'))
    clock.now += 2_000
    await expect(log.publishOnce(draft, once('k'))).resolves.toMatchObject({ message: { hash: message.hash } })
  })

  test('is another message without the key, and under another', async () => {
    const { log } = openLog()
    const draft = { content: 'again' }
    await log.publishOnce(draft, once('k'))
    await log.publish(draft)
    await log.publishOnce(draft, once('K'))
    expect(log.counts().messages).toBe(3)
    await expect(log.publishedOnce(draft, 'unknown')).resolves.toBeUndefined()
  })

  test('is known after a restart', async () => {
    const path = `${temporaryDirectory()}/egregore.db`
    const before = openLog({ path })
    const { message } = await before.log.publishOnce({ content: 1 }, once('k', 'note'))
    await before.reader.close()
    before.database.close()
    const { log, reader, database } = openLog({ path })
    await expect(log.publishOnce({ content: 1 }, once('k'))).resolves.toMatchObject({
      message: { hash: message.hash },
      earlier: { note: 'note' },
    })
    await reader.close()
    database.close()
  })
})

describe('another draft under the same key', () => {
  test.each<[string, Draft]>([
    ['content', { content: 2 }],
    ['a spelling of a number', { content: 1.5 }],
    ['tags', { content: 1, tags: ['x'] }],
    ['relates', { content: 1, relates: HASH }],
    ['schema_id', { content: 1, schemaId: 'a/v1' }],
    ['trace_id', { content: 1, traceId: 't' }],
    ['span_id', { content: 1, spanId: 's' }],
    ['expires_at', { content: 1, expiresAt: '2026-02-01T00:00:00Z' }],
  ])('differs by %s, and is refused', async (_, draft) => {
    const { log } = openLog()
    const { message } = await log.publishOnce({ content: 1 }, once('k'))
    const refusal = { code: 'LOG_KEY_CONFLICT', details: { hash: message.hash } }
    await expect(log.publishOnce(draft, once('k'))).rejects.toMatchObject(refusal)
    await expect(log.publishedOnce(draft, 'k')).rejects.toMatchObject(refusal)
    expect(log.counts().messages).toBe(1)
  })

  test('is refused beside others of its tick, which are published', async () => {
    const { log } = openLog()
    const results = await Promise.allSettled([
      log.publishOnce({ content: 1 }, once('k')),
      log.publishOnce({ content: 2 }, once('k')),
      log.publish({ content: 3 }),
    ])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  })

  test('that cannot be signed is refused for that', async () => {
    const { log } = openLog()
    await log.publishOnce({ content: 1 }, once('k'))
    const bad = { content: 'x'.repeat(65_535) }
    await expect(log.publishOnce(bad, once('k'))).rejects.toMatchObject({ code: 'LOG_DRAFT_TOO_LARGE' })
    await expect(log.publishedOnce(bad, 'k')).rejects.toMatchObject({ code: 'LOG_DRAFT_TOO_LARGE' })
  })
})

describe('a key', () => {
  test('that could not be published stands for nothing', async () => {
    const { log } = openLog()
    await expect(log.publishOnce({ content: 2 ** 53 }, once('k'))).rejects.toMatchObject({ code: 'LOG_DRAFT_INVALID' })
    await expect(log.publishOnce({ content: 1 }, once('k'))).resolves.not.toHaveProperty('earlier')
  })

  test('stands for its message for 24 hours, and not a moment longer', async () => {
    const { log, clock } = openLog()
    await log.publishOnce({ content: 1 }, once('k'))
    clock.now = TEST_NOW + DAY_MS - 1
    await expect(log.publishOnce({ content: 2 }, once('k'))).rejects.toMatchObject({ code: 'LOG_KEY_CONFLICT' })
    clock.now = TEST_NOW + DAY_MS
    await expect(log.publishOnce({ content: 2 }, once('k'))).resolves.not.toHaveProperty('earlier')
    await expect(log.publishOnce({ content: 2 }, once('k'))).resolves.toHaveProperty('earlier')
  })

  test('leaves with those that come after its time, a few at a time', async () => {
    const opened = openLog()
    const { log, clock } = opened
    for (let count = 0; count < 20; count++) await log.publishOnce({ content: count }, once(`old ${count}`))
    clock.now += DAY_MS
    const left: unknown[] = []
    for (let count = 0; count < 4; count++) {
      await log.publishOnce({ content: count }, once(`new ${count}`))
      left.push(keysIn(opened))
    }
    expect(left).toEqual([13, 6, 3, 4])
  })

  test('of a message that was forgotten says so, and publishes nothing', async () => {
    const { log, database } = openLog()
    const { message } = await log.publishOnce({ content: 1 }, once('k'))
    database.prepare('DELETE FROM entries WHERE offset = ?').run(message.offset)
    const refusal = { code: 'LOG_KEY_CONFLICT', message: expect.stringContaining('forgotten') }
    await expect(log.publishOnce({ content: 1 }, once('k'))).rejects.toMatchObject(refusal)
    await expect(log.publishedOnce({ content: 1 }, 'k')).rejects.toMatchObject(refusal)
  })

  test('is not there when its message is not: both stand in one transaction', async () => {
    const opened = openLog()
    const { log, database } = opened
    database.exec(`CREATE TRIGGER refuse BEFORE INSERT ON published_keys BEGIN SELECT RAISE(ABORT, 'no'); END`)
    await expect(log.publishOnce({ content: 1 }, once('k'))).rejects.toThrow()
    expect([log.counts().messages, keysIn(opened)]).toEqual([0, 0])
    database.exec('DROP TRIGGER refuse')
    await expect(log.publishOnce({ content: 1 }, once('k'))).resolves.toMatchObject({ message: { sequence: 1 } })
  })
})

test.each<[string, () => PublishedKeyStore]>([
  ['a database', () => new SqlitePublishedKeyStore(openLog().database)],
  ['a memory', () => new MemoryPublishedKeyStore()],
])('%s keeps the newest keys when there are too many', (_, open) => {
  const store = open()
  for (let at = 1; at <= 10; at++) store.remember({ key: `k${at}`, note: '', digest: HASH, hash: HASH, at })
  store.forget(0, 7, 2)
  const held = (): number[] => Array.from({ length: 10 }, (_, at) => at + 1).filter((at) => store.published(`k${at}`))
  expect(held()).toEqual([3, 4, 5, 6, 7, 8, 9, 10])
  store.forget(4, 7, 8)
  expect(held()).toEqual([5, 6, 7, 8, 9, 10])
})

/** What a careful caller may count on, whatever the order and the repeats. */
test('every key is one message, and the feed holds nothing twice', async () => {
  const calls = fc.array(fc.record({ key: fc.integer({ min: 0, max: 4 }), content: fc.integer({ min: 0, max: 2 }) }), {
    maxLength: 40,
  })
  await fc.assert(
    fc.asyncProperty(calls, fc.boolean(), async (asked, inOrder) => {
      const { log } = openLog()
      const call = ({ key, content }: { key: number; content: number }) => log.publishOnce({ content }, once(`${key}`))
      const first = new Map<number, number>()
      for (const { key, content } of asked) if (!first.has(key)) first.set(key, content)
      const results: PromiseSettledResult<Awaited<ReturnType<typeof call>>>[] = []
      if (inOrder) for (const one of asked) results.push(...(await Promise.allSettled([call(one)])))
      else results.push(...(await Promise.allSettled(asked.map(call))))
      const hashes = new Map<number, Set<string>>()
      for (const [at, result] of results.entries()) {
        const { key, content } = asked[at] as (typeof asked)[number]
        expect(result.status).toBe(content === first.get(key) ? 'fulfilled' : 'rejected')
        if (result.status === 'fulfilled')
          hashes.set(key, (hashes.get(key) ?? new Set()).add(result.value.message.hash))
      }
      expect([...hashes.values()].every(({ size }) => size === 1)).toBe(true)
      expect(log.counts().messages).toBe(first.size)
    }),
    { numRuns: 50 },
  )
})
