import { expect, test } from 'vitest'
import { Gates } from '../../../src/network/capability/index.ts'
import { Bans, Conduct, conductCodeOf, Refusals } from '../../../src/network/peers/index.ts'
import { ReplicateError } from '../../../src/network/replicate/index.ts'
import { openDatabase, SqliteBanStore } from '../../../src/store/index.ts'
import type { Logger } from '../../../src/logger.ts'

function openConduct() {
  const clock = { now: 1_000 }
  const database = openDatabase(':memory:')
  const bans = new Bans(new SqliteBanStore(database), () => clock.now)
  const refusals = new Refusals(new Gates(), () => clock.now)
  const errors: object[] = []
  const logger: Logger = { debug() {}, info() {}, warn() {}, error: (facts) => void errors.push(facts) }
  const conduct = new Conduct({ libp2p: { getConnections: () => [] }, bans, refusals, clock: () => clock.now, logger })
  return { clock, database, bans, refusals, conduct, errors }
}

test('breaches are counted as misconduct, and the one that bans as a ban, each with its code', () => {
  const { conduct, refusals, bans } = openConduct()
  for (let times = 0; times < 3; times++) conduct.report('peer', 'REPLICATE_FRAME_INVALID')
  expect(refusals.counts()).toMatchObject({ misconduct: 2, banned: 1 })
  expect(refusals.last()[0]).toMatchObject({
    at: 1_000,
    cause: 'banned',
    code: 'REPLICATE_FRAME_INVALID',
    peer: 'peer',
  })
  expect(bans.list()).toMatchObject([{ peer: 'peer', code: 'REPLICATE_FRAME_INVALID' }])
})

test('what one peer does costs no other', () => {
  const { conduct, bans } = openConduct()
  for (const peer of ['a', 'b', 'a', 'b']) conduct.report(peer, 'REPLICATE_FRAME_INVALID')
  conduct.report('a', 'REPLICATE_FRAME_INVALID')
  expect(bans.list().map(({ peer }) => peer)).toEqual(['a'])
})

test('bad luck is not even remembered', () => {
  const { conduct, refusals, bans } = openConduct()
  for (let times = 0; times < 100; times++) conduct.report('peer', 'REPLICATE_TIMEOUT')
  expect(bans.list()).toEqual([])
  expect(refusals.last()).toEqual([])
})

test('whoever is pardoned begins anew', () => {
  const { conduct, bans } = openConduct()
  for (let times = 0; times < 5; times++) conduct.report('peer', 'REPLICATE_FRAME_INVALID')
  expect(conduct.pardon('peer')).toBe(true)
  for (let times = 0; times < 2; times++) conduct.report('peer', 'REPLICATE_FRAME_INVALID')
  expect(bans.list()).toEqual([])
  expect(conduct.pardon('peer')).toBe(false)
})

test('a thousand standings are kept; the one longest without a change goes first', () => {
  const { conduct, bans } = openConduct()
  for (let number = 0; number < 1_000; number++) conduct.report(`peer ${number}`, 'REPLICATE_FRAME_INVALID')
  for (const peer of ['peer 0', 'one more', 'peer 0', 'peer 1', 'peer 1'])
    conduct.report(peer, 'REPLICATE_FRAME_INVALID')
  // Peer 1 made room for the one more and has done two things since, peer 0 has done three.
  expect(bans.list().map(({ peer }) => peer)).toEqual(['peer 0'])
})

test('a ban that cannot be stored holds all the same', () => {
  const { conduct, bans, database, errors } = openConduct()
  database.exec("CREATE TRIGGER full BEFORE INSERT ON bans BEGIN SELECT RAISE(ABORT, 'no'); END")
  for (let times = 0; times < 3; times++) conduct.report('peer', 'REPLICATE_FRAME_INVALID')
  expect(bans.of('peer')).toBeDefined()
  expect(errors).toMatchObject([{ peer: 'peer', err: { code: 'STORE_FAILED' } }])
})

test('an item that fails verification is held against its giver by what is wrong with it', () => {
  const details = { code: 'FEED_SIGNATURE_INVALID' }
  expect(conductCodeOf(new ReplicateError('REPLICATE_ITEM_INVALID', 'x', details))).toBe('FEED_SIGNATURE_INVALID')
  expect(conductCodeOf(new ReplicateError('REPLICATE_TOO_MANY', 'x'))).toBe('REPLICATE_TOO_MANY')
})
