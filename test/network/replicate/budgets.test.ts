// Budgets of storage between real nodes: what is refused, how it is told, and that it comes when there is room.

import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { chainOf, insights, itemOf } from '../../support/feeds.ts'
import { identityOf } from '../../support/open-log.ts'
import { openNetwork } from '../../support/open-network.ts'
import { temporaryDirectory } from '../../support/temporary.ts'

const GREEDY = identityOf(21)
const MODEST = identityOf(22)

test('an author over the budget is refused and named in status, others arrive, and all of it when the budget is raised', async () => {
  const path = `${temporaryDirectory()}/egregore.db`
  const server = await openNetwork({ seed: 1 })
  const large = Array.from({ length: 400 }, (_, index) => ({ content: `${index}`.padEnd(16_000) }))
  for (const messages of [chainOf(GREEDY, large), chainOf(MODEST, insights(20))]) {
    await server.log.ingest(messages.map(itemOf), 'somebody')
  }

  const budgets = { authorBytes: 1_000_000, peerBytes: 1e9 }
  const small = await openNetwork({ seed: 2, path, peers: [server.address], budgets })
  const modest = { author: MODEST.author, sequence: 1 }
  await eventually(async () => expect(await small.log.positions([modest])).toMatchObject([{ head: 20, missing: [] }]))
  await eventually(() => expect(small.network.refusals.author_budget).toBe(1))
  expect(small.network.lastRefusals).toMatchObject([
    { cause: 'author_budget', author: GREEDY.author, peer: server.network.peerId },
  ])
  // What is said from now on is heard all the same.
  const { hash } = await server.log.publish({ content: 'still here' })
  await eventually(async () => expect(await small.log.message(hash)).toBeDefined())
  expect(small.log.counts().messages).toBeLessThan(400)
  expect(small.network.refusals).toMatchObject({ misconduct: 0, warned: 0, banned: 0 })
  await small.network.stop()
  await small.log.close()

  const again = await openNetwork({ seed: 2, path, peers: [server.address] })
  await eventually(() => expect(again.log.counts().messages).toBe(421))
})
