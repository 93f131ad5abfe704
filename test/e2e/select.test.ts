// Follows, topics and blocks between processes, over HTTP alone: what changes takes effect at once, on streams that stand.

import { expect, test } from 'vitest'
import { eventually, startNode } from '../support/node-process.ts'
import type { NodeProcess } from '../support/node-process.ts'

const change = async (node: NodeProcess, method: string, path: string, name: string): Promise<void> => {
  const { ok } = await fetch(`${node.api}/v1/${path}/${encodeURIComponent(name)}`, { method })
  expect(ok).toBe(true)
}

async function say(node: NodeProcess, title: string, tags: string[] = []): Promise<string> {
  const { data } = await node.post('/v1/publish', { content: { type: 'insight', title }, tags })
  return data.hash
}

async function titles(node: NodeProcess): Promise<unknown[]> {
  const { data } = await node.get('/v1/feed?limit=200')
  return data.map(({ content }) => content.title).sort()
}

const holds = (node: NodeProcess, ...expected: string[]): Promise<void> =>
  eventually(async () => expect(await titles(node)).toEqual(expected))

test('a node that follows one of two authors, then the other, then nobody, has the backlog of each at once', async () => {
  const [alice, bob, reader] = await Promise.all([startNode(), startNode(), startNode()])
  await Promise.all([say(alice, 'a1'), say(bob, 'b1')])
  await change(reader, 'POST', 'follows', alice.author)
  await bob.post('/v1/peers', { address: alice.address })
  await eventually(async () => expect(await titles(alice)).toEqual(['b1']))
  await reader.post('/v1/peers', { address: alice.address })
  await holds(reader, 'a1')

  await Promise.all([say(alice, 'a2'), say(bob, 'b2')])
  await holds(alice, 'b1', 'b2')
  await holds(reader, 'a1', 'a2')

  await change(reader, 'POST', 'follows', bob.author)
  await holds(reader, 'a1', 'a2', 'b1', 'b2')

  await change(reader, 'DELETE', 'follows', bob.author)
  await say(bob, 'b3')
  await holds(alice, 'b1', 'b2', 'b3')
  await say(alice, 'a3')
  await holds(reader, 'a1', 'a2', 'a3', 'b1', 'b2')

  await change(reader, 'DELETE', 'follows', alice.author)
  await holds(reader, 'a1', 'a2', 'a3', 'b1', 'b2', 'b3')
})

test('a node that keeps a topic has its backlog and its news, and nothing else; it survives a restart', async () => {
  const alice = await startNode()
  await say(alice, 'about ants', ['ants'])
  await say(alice, 'about bees', ['bees'])
  const reader = await startNode()
  await change(reader, 'POST', 'topics', 'ants')
  await reader.post('/v1/peers', { address: alice.address })
  await holds(reader, 'about ants')

  await change(reader, 'POST', 'topics', 'bees')
  await holds(reader, 'about ants', 'about bees')
  await say(alice, 'about cats', ['cats'])
  await say(alice, 'more ants', ['ants'])
  await holds(reader, 'about ants', 'about bees', 'more ants')

  await reader.stop()
  await say(alice, 'ants meanwhile', ['ants'])
  await say(alice, 'cats meanwhile', ['cats'])
  const again = await startNode({ dataDir: reader.dataDir })
  await holds(again, 'about ants', 'about bees', 'ants meanwhile', 'more ants')
})

test('a block takes effect at once, here and for those who pull from here, and so does its end', async () => {
  const alice = await startNode()
  const middle = await startNode({ flags: ['--peer', alice.address] })
  const first = await say(alice, 'a1')
  await middle.waitFor(first)

  await change(middle, 'POST', 'blocks', alice.author)
  expect(await titles(middle)).toEqual([])
  expect(await middle.holds(first)).toBe(false)
  expect(await middle.get('/v1/insights/search?q=a1')).toMatchObject({ data: [] })
  await say(alice, 'a2')
  const far = await startNode({ flags: ['--peer', middle.address] })
  const own = await say(middle, 'of the middle')
  await far.waitFor(own)
  // Held is not yet folded: a list may come a moment later.
  await eventually(async () => expect(await titles(far)).toEqual(['of the middle']))

  await change(middle, 'DELETE', 'blocks', alice.author)
  await holds(middle, 'a1', 'a2')
  await say(alice, 'a3')
  await holds(far, 'a1', 'a2', 'a3', 'of the middle')
})
