import { expect, test } from 'vitest'
import {
  openDatabase,
  SqliteBanStore,
  SqliteMetPeerStore,
  SqlitePeerStore,
  SqlitePullStore,
} from '../../../src/store/index.ts'
import { identityOf } from '../../support/open-log.ts'

const STORE = '0123456789abcdef'
const OTHER_STORE = 'fedcba9876543210'
const asked = { feeds: 'all', blocks: '', topics: ['sqlite'] }
const authors = [identityOf(1).author, identityOf(2).author]

test('addresses are listed in the order in which they were added, each once', () => {
  const peers = new SqlitePeerStore(openDatabase(':memory:'))
  peers.add('b:1', 1)
  peers.add('a:1', 2)
  peers.add('b:1', 3)
  expect(peers.addresses()).toEqual(['b:1', 'a:1'])
  peers.remove('b:1')
  expect(peers.addresses()).toEqual(['a:1'])
})

test('what is known of a server is replaced when it is remembered again', () => {
  const pulls = new SqlitePullStore(openDatabase(':memory:'))
  expect(pulls.known('peer')).toBeUndefined()
  for (const offset of [7, 9])
    pulls.remember('peer', { store: STORE, cursor: { offset, check: 'ab'.repeat(8) }, asked })
  expect(pulls.known('peer')).toEqual({ store: STORE, cursor: { offset: 9, check: 'ab'.repeat(8) }, asked })
})

test('marks belong to a peer, its store and an author', () => {
  const pulls = new SqlitePullStore(openDatabase(':memory:'))
  pulls.markAsked('peer', STORE, [{ author: authors[0] ?? expect.fail(), arrival: 5 }])
  expect(pulls.asked('peer', STORE, authors)).toEqual([5, undefined])
  expect(pulls.asked('peer', OTHER_STORE, authors)).toEqual([undefined, undefined])
  expect(pulls.asked('another peer', STORE, authors)).toEqual([undefined, undefined])
})

test('marks of a store go when its peer comes back with another store', () => {
  const pulls = new SqlitePullStore(openDatabase(':memory:'))
  const cursor = { offset: 1, check: '00'.repeat(8) }
  for (const peer of ['peer', 'another peer']) {
    pulls.markAsked(peer, STORE, [{ author: authors[0] ?? expect.fail(), arrival: 5 }])
  }
  pulls.remember('peer', { store: STORE, cursor, asked })
  expect(pulls.asked('peer', STORE, authors)).toEqual([5, undefined])
  pulls.remember('peer', { store: OTHER_STORE, cursor, asked })
  expect(pulls.asked('peer', STORE, authors)).toEqual([undefined, undefined])
  expect(pulls.asked('another peer', STORE, authors)).toEqual([5, undefined])
})

test('an address that finds no room is refused by its code', () => {
  const database = openDatabase(':memory:')
  const peers = new SqlitePeerStore(database)
  database.pragma(`max_page_count = ${database.pragma('page_count', { simple: true })}`)
  const addAll = () => {
    for (let port = 1; port < 1_000; port++) peers.add(`${'a'.repeat(200)}:${port}`, port)
  }
  expect(addAll).toThrow(expect.objectContaining({ code: 'STORE_FULL' }))
})

test('a ban replaces the one before it of the same peer, and is removed for good', () => {
  const store = new SqliteBanStore(openDatabase(':memory:'))
  const ban = { peer: 'peer', code: 'REPLICATE_FRAME_INVALID', since: 1, until: 2, times: 1 } as const
  store.saveBan(ban)
  store.saveBan({ ...ban, until: 3, times: 2 })
  expect(store.bans()).toEqual([{ ...ban, until: 3, times: 2 }])
  store.removeBan('peer')
  expect(store.bans()).toEqual([])
})

test('peers that were met are listed by their last contact, and the oldest make room', () => {
  const met = new SqliteMetPeerStore(openDatabase(':memory:'))
  const peer = (peerId: string, lastContact: number) => ({ peerId, addresses: [`/a/${peerId}`, '/b'], lastContact })
  for (const [peerId, at] of [['one', 1] as const, ['two', 2] as const, ['three', 3] as const])
    met.remember(peer(peerId, at), 3)
  expect(met.recent(2)).toEqual([peer('three', 3), peer('two', 2)])
  met.update({ ...peer('one', 4), addresses: ['/c'] })
  met.update(peer('unknown', 5))
  met.remember(peer('four', 3), 3)
  expect(met.recent(9).map(({ peerId }) => peerId)).toEqual(['one', 'four', 'three'])
  expect(met.recent(1)).toEqual([{ peerId: 'one', addresses: ['/c'], lastContact: 4 }])
  met.forget('one')
  met.forget('unknown')
  expect(met.recent(9).map(({ peerId }) => peerId)).toEqual(['four', 'three'])
})

test('a met peer that is remembered again has its new addresses', () => {
  const met = new SqliteMetPeerStore(openDatabase(':memory:'))
  met.remember({ peerId: 'one', addresses: ['/a'], lastContact: 1 }, 9)
  met.remember({ peerId: 'one', addresses: ['/b'], lastContact: 2 }, 9)
  expect(met.recent(9)).toEqual([{ peerId: 'one', addresses: ['/b'], lastContact: 2 }])
})
