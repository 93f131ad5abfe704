// What the skill tells an agent to call is called.

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { connect } from '../api/mcp/clients.ts'
import { startNode } from '../support/node-process.ts'
import { example, Stranger } from './example.ts'

const SKILL = readFileSync(example('skill/SKILL.md'), 'utf8')

test('has the front matter by which agents find it', () => {
  const { name, description } = parse(SKILL.split('---\n')[1] ?? '')
  expect(name).toMatch(/^[a-z0-9-]{1,64}$/)
  expect(description.length).toBeLessThanOrEqual(1024)
})

const TOOL_OF: Readonly<Record<string, string>> = { announce: 'egregore_presence', mute: 'egregore_message' }

test('every call in it is taken by a node', async () => {
  const node = await startNode({ flags: ['--offline'] })
  const client = await connect('modern', new URL('/mcp', node.api))
  const stranger = new Stranger()
  const { hash: theirs } = await stranger.say(node, { type: 'memory', content: 'theirs' })
  await stranger.say(node, { type: 'profile', name: 'Eve' })
  const { structuredContent } = await client.call('egregore_memory', { action: 'remember', content: 'ours' })
  const calls = [...SKILL.matchAll(/`(\{"(?:action|type)".*?\})`/g)].map(([, json = '']) => JSON.parse(json))
  expect(calls).toHaveLength(7)
  for (const call of calls) {
    const isAction = 'action' in call
    const answer = isAction
      ? await client.call(TOOL_OF[call.action] ?? 'egregore_memory', {
          ...call,
          ...(call.id !== undefined && { id: structuredContent.id }),
        })
      : await client.call('egregore_publish', { content: { ...call, message_hash: theirs } })
    expect(answer.isError).toBeUndefined()
    expect(answer.content).toHaveLength(1)
  }
})
