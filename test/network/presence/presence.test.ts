// Presence between real nodes.

import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { openNetwork } from '../../support/open-network.ts'
import type { OpenNetwork } from '../../support/open-network.ts'

async function untilSeen(by: OpenNetwork, who: OpenNetwork, status: string): Promise<void> {
  await eventually(() => {
    const seen = by.network.presence?.present().find(({ author }) => author === who.identity.author)
    expect(seen?.node?.status).toBe(status)
  })
}

function isSeen(by: OpenNetwork, who: OpenNetwork): boolean {
  return by.network.presence?.present().some(({ author }) => author === who.identity.author) === true
}

test('nodes see one another as they meet, across a third, and what they say as it changes', async () => {
  const a = await openNetwork({ seed: 1, presence: true })
  const b = await openNetwork({ seed: 2, presence: true, peers: [a.address] })
  await untilSeen(a, b, 'online')
  await untilSeen(b, a, 'online')
  const c = await openNetwork({ seed: 3, presence: true, peers: [b.address] })
  await untilSeen(a, c, 'online')
  c.network.presence?.say(undefined, { status: 'working', text: 'on it', load: 0.5 }, 60_000)
  c.network.presence?.say('claude', { status: 'idle' }, 60_000)
  await untilSeen(a, c, 'working')
  expect(a.network.presence?.counts()).toMatchObject({ present: 3, accepted: expect.any(Number), rejected: {} })
  await eventually(() => {
    const seen = a.network.presence?.present().find(({ author }) => author === c.identity.author)
    expect(seen).toMatchObject({
      node: { text: 'on it', load: 0.5 },
      agents: new Map([['claude', { status: 'idle' }]]),
    })
  })
})

test('who leaves is gone at once, and who is only silent after 90 seconds', async () => {
  let passed = 0
  const a = await openNetwork({ seed: 1, presence: true, clock: () => Date.now() + passed })
  const b = await openNetwork({ seed: 2, presence: true, peers: [a.address] })
  const c = await openNetwork({ seed: 3, presence: true, peers: [a.address] })
  await untilSeen(a, b, 'online')
  await untilSeen(a, c, 'online')
  await b.network.stop()
  await eventually(() => expect(isSeen(a, b)).toBe(false))
  expect(isSeen(a, c)).toBe(true)
  passed = 90_000
  expect(isSeen(a, c)).toBe(false)
})

test('a blocked author is not shown, and a node without presence is neither seen nor disturbed', async () => {
  const a = await openNetwork({ seed: 1, presence: true })
  const b = await openNetwork({ seed: 2, presence: true, peers: [a.address] })
  const off = await openNetwork({ seed: 3, presence: false, peers: [a.address] })
  await untilSeen(a, b, 'online')
  await eventually(() => expect(off.network.gossip?.subscribers).toBe(1))
  expect(off.network.presence).toBeUndefined()
  expect(isSeen(a, off)).toBe(false)
  expect(off.network.gossip).toMatchObject({ received: 0, ignored: {} })
  a.log.selection.block(b.identity.author)
  expect(isSeen(a, b)).toBe(false)
})

test('without push there is no presence', async () => {
  const a = await openNetwork({ seed: 1, presence: true, push: false })
  expect(a.network.presence).toBeUndefined()
})
