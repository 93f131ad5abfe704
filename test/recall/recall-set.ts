// The recall set as messages: what a dozen agents noted over a year, and what others ask of it later.

import { readFileSync } from 'node:fs'
import { createIdentity, sealMessage } from '../../src/feed/index.ts'
import type { FeedHead, Hash, Identity, SealedMessage } from '../../src/feed/index.ts'

/** A line of notes.ndjson, which are in the order of time. */
interface Note {
  /** How queries.ndjson and other notes name it. */
  id: string
  author: string
  at: string
  tags?: string[]
  /** A note of the same author that this one takes the place of. */
  supersedes?: string
  /** The question that this one answers. */
  answers?: string
  content: Record<string, unknown>
}

/** A line of queries.ndjson: what is asked, and the notes that somebody who knows them all would answer. */
export interface RecallQuery {
  q: string
  expected: string[]
}

/** Notes as their authors signed them, in the order of time, and the names of their hashes. */
export interface RecallSet {
  messages: SealedMessage[]
  queries: RecallQuery[]
  /** The `id` of each note. */
  idOf: ReadonlyMap<Hash, string>
}

/** Reads the set and signs it; the keys are made of the authors' names, so that it is the same each time. */
export function recallSet(): RecallSet {
  const authors = new Map<string, Author>()
  const hashes = new Map<string, Hash>()
  const messages = linesOf<Note>('notes.ndjson').map((note) => {
    const author = authors.get(note.author) ?? newAuthor(note.author)
    authors.set(note.author, author)
    const draft = { content: contentOf(note, hashes), tags: note.tags ?? [] }
    const message = sealMessage(draft, author.head, note.at, author.identity)
    author.head = message
    hashes.set(note.id, message.hash)
    return message
  })
  const idOf = new Map([...hashes].map(([id, hash]) => [hash, id]))
  return { messages, queries: linesOf<RecallQuery>('queries.ndjson'), idOf }
}

interface Author {
  identity: Identity
  head: FeedHead
}

function newAuthor(name: string): Author {
  const identity = createIdentity(Buffer.from(name.padEnd(32, '.')))
  return { identity, head: { sequence: 0, hash: undefined } }
}

function contentOf({ content, supersedes, answers }: Note, hashes: ReadonlyMap<string, Hash>): object {
  return {
    ...content,
    ...(supersedes !== undefined && { supersedes: hashes.get(supersedes) }),
    ...(answers !== undefined && { query_hash: hashes.get(answers) }),
  }
}

function linesOf<Line>(name: string): Line[] {
  const text = readFileSync(new URL(name, import.meta.url), 'utf8')
  // As: the files beside this one.
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
}
