import { describe, expect, test, vi } from 'vitest'
import { PEERS_COUNTED_MAX, TRIE_FEEDS_MAX, TRIES_LENT_MAX } from '../../../../src/network/replicate/constants.ts'
import { TOP } from '../../../../src/network/replicate/trie/trie.ts'
import { Tries } from '../../../../src/network/replicate/trie/tries.ts'
import { chainOf, insights, itemOf } from '../../../support/feeds.ts'
import { identityOf, openLog } from '../../../support/open-log.ts'
import { holdBareFeeds } from '../bare-feeds.ts'

const SALT = '0123456789abcdef'
const OTHER = chainOf(identityOf(8), insights(1)).map(itemOf)
const NEW = chainOf(identityOf(9), insights(1)).map(itemOf)

function triesOf(feeds: number) {
  const open = openLog()
  holdBareFeeds(open, feeds)
  return { ...open, tries: new Tries({ log: open.log, salt: SALT, feedsMin: 10 }) }
}

describe('our own trie', () => {
  test('is one and the same for all, and read once however many ask for it', async () => {
    const { tries, log } = triesOf(100)
    const heads = vi.spyOn(log, 'heads')
    const [first, second] = await Promise.all([tries.ours(true), tries.ours(true)])
    const asked = heads.mock.calls.length
    expect(second).toBe(first)
    expect(await tries.ours(true)).toBe(first)
    expect(heads.mock.calls.length).toBe(asked)
  })

  test('takes in what has arrived when it is asked for afresh, and reads nothing else', async () => {
    const { tries, log } = triesOf(100)
    await log.ingest(OTHER, 'somebody')
    const before = (await tries.ours(true)).at(TOP)
    await log.ingest(NEW, 'somebody')
    expect((await tries.ours(false)).at(TOP)).toEqual(before)
    const heads = vi.spyOn(log, 'heads')
    expect((await tries.ours(true)).at(TOP)).not.toEqual(before)
    expect(await heads.mock.results[0]?.value).toMatchObject([{ author: identityOf(9).author }])
  })

  test('has no blocked feed, and has it again when the block ends', async () => {
    const { tries, log } = triesOf(100)
    const without = (await tries.ours(true)).at(TOP)
    await log.ingest(NEW, 'somebody')
    const { author } = identityOf(9)
    const whole = (await tries.ours(true)).at(TOP)
    log.selection.block(author)
    expect((await tries.ours(true)).at(TOP)).toEqual(without)
    log.selection.unblock(author)
    expect((await tries.ours(true)).at(TOP)).toEqual(whole)
  })

  test('is read anew after a failure', async () => {
    const { tries, log } = triesOf(100)
    vi.spyOn(log, 'heads').mockRejectedValueOnce(new Error('The disk is gone.'))
    await expect(tries.ours(true)).rejects.toThrow('The disk is gone.')
    expect((await tries.ours(true)).at(TOP)).toMatchObject({ hashes: { length: 16 } })
  })
})

/** How often the event loop turns meanwhile: the log in memory answers without leaving it. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let turns = 0
  let isOver = false
  const count = (): void => {
    turns++
    if (!isOver) setImmediate(count)
  }
  setImmediate(count)
  await work
  isOver = true
  return turns
}

describe('the event loop turns, however fast the machine is', () => {
  const FEEDS = 20_000
  /** So many heads or nodes are taken in before the next turn, at most. */
  const PIECES_MAX = 256

  test('while our own trie is made', async () => {
    const { tries } = triesOf(FEEDS)
    expect(await turnsDuring(tries.ours(true))).toBeGreaterThan(FEEDS / PIECES_MAX)
  })

  test("while one is made for another's salt", async () => {
    const { tries } = triesOf(FEEDS)
    const making = tries.lend('peer', FEEDS)?.under('ffffffffffffffff', new AbortController().signal)
    expect(await turnsDuring(Promise.resolve(making))).toBeGreaterThan(FEEDS / PIECES_MAX)
  })

  test('and hardly at all while one change is taken in: nothing else is read or hashed again', async () => {
    const { tries, log } = triesOf(FEEDS)
    await log.ingest(OTHER, 'somebody')
    await tries.ours(true)
    await log.ingest(NEW, 'somebody')
    // A piece for the head, and one for each node above it; each may at worst take a slice of its own.
    expect(await turnsDuring(tries.ours(true))).toBeLessThan(20)
  })
})

describe('a lent trie', () => {
  const signal = new AbortController().signal

  test("is that of our feeds under the other's salt, and made once", async () => {
    const { tries, log } = triesOf(100)
    const lent = tries.lend('peer', 100)
    const trie = await lent?.under('ffffffffffffffff', signal)
    expect(trie?.at(TOP)).toEqual((await new Tries({ log, salt: 'ffffffffffffffff', feedsMin: 1 }).ours(true)).at(TOP))
    expect(await lent?.under('ffffffffffffffff', signal)).toBe(trie)
  })

  test('is lent to so many at a time, and to others when it was given back, once', () => {
    const { tries } = triesOf(0)
    const lent = Array.from({ length: TRIES_LENT_MAX }, (_, index) => tries.lend(`peer-${index}`, 100))
    expect(lent).not.toContain(undefined)
    expect(tries.lend('late', 100)).toBeUndefined()
    lent[0]?.giveBack()
    lent[0]?.giveBack()
    expect(tries.lend('late', 100)).toBeDefined()
    expect(tries.lend('later', 100)).toBeUndefined()
  })

  test('is not lent for few feeds, nor for too many, nor for a peer whose trie was no good', () => {
    const { tries } = triesOf(0)
    tries.distrust('liar')
    expect(tries.lend('liar', 100)).toBeUndefined()
    expect(tries.lend('peer', 9)).toBeUndefined()
    expect(tries.lend('peer', 10)).toBeDefined()
    expect(tries.lend('peer', TRIE_FEEDS_MAX)).toBeDefined()
    expect(tries.lend('peer', TRIE_FEEDS_MAX + 1)).toBeUndefined()
  })

  test('is lent again for the peer that was distrusted first, when too many were since', () => {
    const { tries } = triesOf(0)
    for (let index = 0; index <= PEERS_COUNTED_MAX; index++) tries.distrust(`liar-${index}`)
    expect(tries.lend('liar-0', 100)).toBeDefined()
    expect(tries.lend('liar-1', 100)).toBeUndefined()
  })
})

test('a trie pays when neither side has too few feeds, nor the server too many', () => {
  const { tries } = triesOf(0)
  expect(tries.paysFor(10, 10)).toBe(true)
  expect(tries.paysFor(9, 9)).toBe(false)
  expect(tries.paysFor(50, 100)).toBe(true)
  expect(tries.paysFor(49, 100)).toBe(false)
  expect(tries.paysFor(1_000_000, TRIE_FEEDS_MAX)).toBe(true)
  expect(tries.paysFor(1_000_000, TRIE_FEEDS_MAX + 1)).toBe(false)
})
