// The values that a node knows: its peers, authors, topics, schemas, hooks, policies and latest messages.

import { titleOf } from '../message.ts'
import { scopeOf } from '../policy-options.ts'
import type { NodeClient } from '../client.ts'
import type { Candidate } from './expected.ts'

/** @param given - arguments before the one that is asked for */
type Ask = (node: NodeClient, given: readonly string[]) => Promise<Candidate[]>

/** Messages that are looked at for hashes and authors. */
const LATEST = 100

/** By what expected.ts calls it. */
export const VALUES: Readonly<Record<string, Ask>> = {
  'show <hash>': latestHashes,
  '--relates': latestHashes,
  'feed <author>': authors,
  'follow <author>': authors,
  'block <author>': authors,
  '--author': authors,
  '--to': authors,
  '--from': authors,
  'message mute <author>': authors,
  'message unmute <author>': async (node) =>
    (await node.get('/v1/mutes')).data.map(({ author }) => ({ value: author })),
  'message read <hash>': inboxHashes,
  'message ack <hash>': inboxHashes,
  'message thread <hash>': latestHashes,
  '--reply-to': inboxHashes,
  'message answer <hash>': async (node) =>
    (await node.get('/v1/queries', { query: { state: 'open' } })).data.map((asked) => ({
      value: asked.hash,
      description: titleOf(asked),
    })),
  'unfollow <author>': async (node) => (await node.get('/v1/follows')).data.map(({ author }) => ({ value: author })),
  'unblock <author>': async (node) => (await node.get('/v1/blocks')).data.map(({ author }) => ({ value: author })),
  'peers remove <address>': async (node) =>
    (await node.get('/v1/peers')).data.map(({ address, state }) => ({ value: address, description: state })),
  'peers why <peer>': async (node) =>
    (await node.get('/v1/mesh')).data.flatMap(({ address, public_id: author, state }) =>
      [address, ...(author === undefined ? [] : [author])].map((value) => ({ value, description: state })),
    ),
  'peers unban <peer_id>': async (node) =>
    (await node.get('/v1/bans')).data.map(({ peer_id, code }) => ({ value: peer_id, description: code })),
  'topics add <topic>': knownTopics,
  '--tag': knownTopics,
  'topics remove <topic>': async (node) => (await node.get('/v1/topics')).data.map(({ topic }) => ({ value: topic })),
  'schema show <id>': schemas,
  'schema remove <id>': schemas,
  '--schema-id': schemas,
  '--type': contentTypes,
  'hooks letters <hook>': hooks,
  'hooks retry <hook>': hooks,
  'hooks drop <hook>': hooks,
  'hooks retry <hash>': letters,
  'hooks drop <hash>': letters,
  'retention remove <id>': async (node) =>
    (await node.get('/v1/retention/policies')).data.map((policy) => ({
      value: String(policy.id),
      description: scopeOf(policy),
    })),
}

async function latestHashes(node: NodeClient): Promise<Candidate[]> {
  const { data } = await node.get('/v1/feed', { query: { include_self: true, limit: LATEST } })
  return data.map((message) => ({ value: message.hash, description: titleOf(message) }))
}

async function inboxHashes(node: NodeClient): Promise<Candidate[]> {
  const { data } = await node.get('/v1/inbox', { query: { limit: LATEST } })
  return data.map((message) => ({ value: message.hash, description: titleOf(message) }))
}

/** Of peers, and of the latest messages. */
async function authors(node: NodeClient): Promise<Candidate[]> {
  const [mesh, feed] = await Promise.all([
    node.get('/v1/mesh'),
    node.get('/v1/feed', { query: { include_self: true, limit: LATEST } }),
  ])
  const peers = mesh.data.flatMap(({ public_id: author, address }) =>
    author === undefined ? [] : [[author, address] as const],
  )
  const known = new Map([...feed.data.map(({ author }) => [author, undefined] as const), ...peers])
  return [...known].map(([value, description]) => ({ value, description }))
}

async function knownTopics(node: NodeClient): Promise<Candidate[]> {
  const { data } = await node.get('/v1/topics/known', { query: { limit: LATEST } })
  return data.map(({ topic, messages }) => ({
    value: topic,
    description: `${messages} ${messages === 1 ? 'message' : 'messages'}`,
  }))
}

async function schemas(node: NodeClient): Promise<Candidate[]> {
  const { data } = await node.get('/v1/schemas')
  return data.schemas.map(({ schema_id, description }) => ({ value: schema_id, description: description ?? undefined }))
}

async function contentTypes(node: NodeClient): Promise<Candidate[]> {
  const { data } = await node.get('/v1/schemas')
  return [...new Set(data.schemas.map(({ content_type }) => content_type))].map((value) => ({ value }))
}

async function hooks(node: NodeClient): Promise<Candidate[]> {
  const { data } = await node.get('/v1/hooks')
  return data.map(({ name, target }) => ({ value: name, description: target }))
}

async function letters(node: NodeClient, [hook = '']: readonly string[]): Promise<Candidate[]> {
  const { data } = await node.get('/v1/hooks/{hook}/dead-letters', { params: { hook } })
  return [{ value: 'all' }, ...data.map(({ hash, reason }) => ({ value: hash, description: reason }))]
}
