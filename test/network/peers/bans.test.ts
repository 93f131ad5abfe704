import { expect, test } from 'vitest'
import { Bans } from '../../../src/network/peers/index.ts'
import { openDatabase, SqliteBanStore } from '../../../src/store/index.ts'
import type { Connection } from '../../../src/store/index.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
const CODE = 'FEED_SIGNATURE_INVALID'

function openBans(database: Connection = openDatabase(':memory:')) {
  const clock = { now: 1_000 }
  return { clock, database, bans: new Bans(new SqliteBanStore(database), () => clock.now) }
}

test('a ban holds for ten minutes, and not a millisecond longer', () => {
  const { bans, clock } = openBans()
  bans.add('peer', CODE)
  clock.now += 10 * MINUTE_MS - 1
  expect(bans.of('peer')).toEqual({ peer: 'peer', code: CODE, since: 1_000, until: 1_000 + 10 * MINUTE_MS, times: 1 })
  clock.now++
  expect(bans.of('peer')).toBeUndefined()
  expect(bans.list()).toEqual([])
})

test('each further ban is twice as long, up to a day', () => {
  const { bans, clock } = openBans()
  const lengths = Array.from({ length: 10 }, () => {
    const { since, until } = bans.add('peer', CODE)
    clock.now = until
    return (until - since) / MINUTE_MS
  })
  expect(lengths).toEqual([10, 20, 40, 80, 160, 320, 640, 1_280, 1_440, 1_440])
})

test('a week after its end a ban is forgotten', () => {
  const { bans, clock } = openBans()
  clock.now = bans.add('peer', CODE).until + 7 * DAY_MS - 1
  expect(bans.add('peer', CODE).times).toBe(2)
  clock.now = (bans.of('peer')?.until ?? 0) + 7 * DAY_MS
  expect(bans.add('peer', CODE).times).toBe(1)
})

test('a ban outlives the process, and so does its being lifted', () => {
  const { bans, database } = openBans()
  for (const peer of ['one', 'other']) bans.add(peer, CODE)
  expect(bans.lift('one')).toBe(true)
  const again = openBans(database).bans
  expect(again.list().map(({ peer }) => peer)).toEqual(['other'])
})

test('a lifted ban is as if it had never been', () => {
  const { bans } = openBans()
  bans.add('peer', CODE)
  expect(bans.lift('peer')).toBe(true)
  expect(bans.of('peer')).toBeUndefined()
  expect(bans.lift('peer')).toBe(false)
  expect(bans.add('peer', CODE).times).toBe(1)
})

test('a thousand bans are kept; for one more, the one that ends first goes', () => {
  const { bans, clock, database } = openBans()
  for (let number = 0; number < 1_000; number++) {
    bans.add(`peer ${number}`, CODE)
    clock.now++
  }
  expect(bans.list()).toHaveLength(1_000)
  bans.add('one more', CODE)
  expect(bans.list()).toHaveLength(1_000)
  expect(bans.of('peer 0')).toBeUndefined()
  expect(bans.of('peer 1')).toBeDefined()
  expect(new SqliteBanStore(database).bans()).toHaveLength(1_000)
})

test('bans are listed in the order in which they end', () => {
  const { bans, clock } = openBans()
  clock.now = bans.add('often', CODE).until
  bans.add('often', CODE)
  bans.add('once', CODE)
  expect(bans.list().map(({ peer }) => peer)).toEqual(['once', 'often'])
})
