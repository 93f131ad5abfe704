// Serves one stream from the log: answers the questions of the server's state machine.

import { setImmediate as turn } from 'node:timers/promises'
import { SEQUENCE_MAX } from '../../../feed/index.ts'
import { QUANTUM_BYTES } from '../constants.ts'
import { Conversation } from '../conversation.ts'
import { Slices } from '../slices.ts'
import { Server } from './server.ts'
import { answerPrefixes } from './trie-answers.ts'
import type { Author } from '../../../feed/index.ts'
import type { Log, MessageEntry, TaggedPage } from '../../../log/index.ts'
import type { PeerShares } from '../peer-shares.ts'
import type { KnownLists } from '../scope.ts'
import type { Traffic } from '../traffic.ts'
import type { Tries } from '../trie/tries.ts'
import type { Wire } from '../wire.ts'
import type { ServerFact, ServerRequest } from './server-steps.ts'

export interface ServeInit {
  wire: Wire
  log: Log
  /** PeerId of the puller. */
  peer: string
  shares: PeerShares
  /** Whether this node sent a message by gossip itself. */
  isPushed: (message: MessageEntry) => boolean
  /** Lists of authors that pullers have said before. */
  lists: KnownLists
  tries: Tries
  clock: () => number
  traffic: Traffic
  signal: AbortSignal
}

/**
 * Resolves when the puller has gone, or the signal aborts.
 *
 * @throws ReplicateError
 */
export async function serve(init: ServeInit): Promise<void> {
  const { wire, log, peer, shares, lists, tries, isPushed, clock, traffic, signal } = init
  const isBlocked = (author: Author) => log.selection.isBlocked(author)
  const facts = { store: log.storeId, peer, share: shares.served, lists, isBlocked, isPushed, tries }
  const machine = new Server({ ...facts, now: clock() })
  const slices = new Slices()
  const answer = async (question: ServerRequest, waiting: AbortSignal): Promise<ServerFact | undefined> => {
    await wire.roomToSend(waiting)
    await slices.pause()
    return waiting.aborted ? undefined : look(log, tries, question, waiting)
  }
  await new Conversation({ wire, machine, opening: [], answer, shares, clock, traffic, signal }).run()
}

async function look(
  log: Log,
  tries: Tries,
  question: ServerRequest,
  signal: AbortSignal,
): Promise<ServerFact | undefined> {
  switch (question.type) {
    case 'readState': {
      const cursor = log.cursor()
      const isKnown = question.known !== undefined && log.recognises(question.known)
      return {
        type: 'stateRead',
        cursor,
        isKnown,
        root: question.withRoot ? await log.root(question.authors) : undefined,
      }
    }
    case 'readHeads':
      return { type: 'headsRead', heads: await log.heads(question) }
    case 'readTrie': {
      const trie = await tries.ours(question.isFresh)
      return { type: 'trieRead', ...(await answerPrefixes(log, trie, question.prefixes)) }
    }
    case 'readRange':
      return { type: 'rangeRead', messages: await log.range(question) }
    case 'readTagged':
      return { type: 'taggedRead', page: await readTagged(log, question) }
    case 'readFloor': {
      const [lowest] = await log.range({ author: question.author, from: 1, to: SEQUENCE_MAX, bytesMax: 1 })
      return { type: 'floorRead', floor: lowest?.sequence }
    }
    case 'readEntries':
      return readEntries(log, question, signal)
    case 'readNews':
      return readNews(log, question, signal)
  }
}

async function readTagged(log: Log, question: Extract<ServerRequest, { type: 'readTagged' }>): Promise<TaggedPage> {
  const { topics: tags, after: cursor, isOurs, upTo, without } = question
  const after = isOurs || log.recognises(cursor) ? cursor.offset : 0
  return log.tagged({ tags, after, upTo, without, bytesMax: QUANTUM_BYTES })
}

async function readEntries(
  log: Log,
  { after, atOnce }: { after: number; atOnce: boolean },
  signal: AbortSignal,
): Promise<ServerFact | undefined> {
  if (atOnce && log.cursor().offset <= after) return { type: 'entriesRead', entries: [], end: log.cursor() }
  for await (const entries of log.read({ after, live: true, signal })) {
    const cursor = log.cursor()
    return { type: 'entriesRead', entries, end: cursor.offset === entries.at(-1)?.offset ? cursor : undefined }
  }
  return undefined
}

async function readNews(log: Log, { after }: { after: number }, signal: AbortSignal): Promise<ServerFact | undefined> {
  for await (const entries of log.read({ after, live: true, signal })) {
    // Gossip reads the same entries now.
    await turn()
    return { type: 'newsRead', entries }
  }
  return undefined
}
