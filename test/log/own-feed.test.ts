import { expect, test, vi } from 'vitest'
import { openLog } from '../support/open-log.ts'

const PEER = 'a peer'

const FOREVER_MS = 2 ** 30

test('what is published at a start waits for the word of a peer, and nothing after it does', async () => {
  const { log } = openLog()
  log.ownFeed.waitForPeers(FOREVER_MS)
  const published = vi.fn()
  const publishing = log.publish({ content: 'one' }).then(published)
  await new Promise((resolve) => setImmediate(resolve))
  expect(published).not.toHaveBeenCalled()
  log.ownFeed.fetchedFrom(PEER)
  await publishing
  expect(published).toHaveBeenCalledWith(expect.objectContaining({ sequence: 1 }))
  expect(log.ownFeed.waiting).toBeUndefined()
})

test('where no peer speaks, it goes on when their time is up', async () => {
  const { log } = openLog()
  log.ownFeed.waitForPeers(1)
  expect(await log.publish({ content: 'one' })).toMatchObject({ sequence: 1 })
  expect(log.ownFeed.waiting).toBeUndefined()
})

test('whoever runs the node need not wait for a peer', async () => {
  const { log } = openLog()
  log.ownFeed.waitForPeers(FOREVER_MS)
  log.ownFeed.release()
  expect(await log.publish({ content: 'one' })).toMatchObject({ sequence: 1 })
})

test('what a peer proves meanwhile is known before anything is said', async () => {
  const { log } = openLog()
  log.ownFeed.waitForPeers(FOREVER_MS)
  const publishing = log.publishOnce({ content: 'one' }, { key: 'key', note: '' })
  log.ownFeed.provedLongerBy('another peer')
  log.ownFeed.fetchedFrom(PEER)
  await expect(publishing).rejects.toMatchObject({ code: 'LOG_ROLLED_BACK' })
})
