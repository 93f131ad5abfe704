// Frames as protocols/replicate/1/vectors spell them: the field names of the schema, bytes as hex, authors by name.

import { TAKES_TRIE } from '../../../src/network/replicate/frames/frames.ts'
import type { Item } from '../../../src/feed/index.ts'
import type {
  AskedRange,
  Done,
  Frame,
  Have,
  Messages,
  ToldHead,
  Want,
  WireScope,
} from '../../../src/network/replicate/frames/frames.ts'

/** A frame in a vector file: one key, the kind. */
export type FrameJson = Record<string, unknown>

export function toJson(frame: Frame): FrameJson {
  switch (frame.kind) {
    case 'have':
      return { have: haveToJson(frame) }
    case 'want':
      return { want: wantToJson(frame) }
    case 'messages':
      return { messages: messagesToJson(frame) }
    case 'done':
      return { done: doneToJson(frame) }
  }
}

/** Absent fields and empty lists are left out. */
function sparse(fields: Record<string, unknown>): Record<string, unknown> {
  const isAbsent = (value: unknown) => value === undefined || (Array.isArray(value) && value.length === 0)
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isAbsent(value)))
}

function haveToJson(have: Have): Record<string, unknown> {
  return sparse({
    features: have.takesTrie ? TAKES_TRIE : undefined,
    known_store: have.knownStore,
    known_cursor: have.knownCursor,
    scope: have.scope && scopeToJson(have.scope),
    store: have.store,
    cursor: have.cursor,
    count: have.root?.count,
    root: have.root && Buffer.from(have.root.root).toString('hex'),
    heads: have.heads?.map(headToJson),
    more: have.more || undefined,
    salt: have.salt,
    nodes: have.nodes,
  })
}

function scopeToJson(scope: WireScope): Record<string, unknown> {
  if (scope === 'all') return { all: true }
  return sparse({ authors: scope.authors, authors_hash: scope.authorsHash, topics: scope.topics })
}

function headToJson({ author, sequence, hash, floor, arrival, forked }: ToldHead): Record<string, unknown> {
  return sparse({
    author,
    sequence,
    hash,
    floor: floor === 1 ? undefined : floor,
    arrival,
    forked: forked || undefined,
  })
}

function wantToJson(want: Want): Record<string, unknown> {
  const ranges = want.ranges?.map(({ id, author, from, to }: AskedRange) => ({ id, author, from, to }))
  return sparse({
    ranges,
    credit: want.credit || undefined,
    live: want.live,
    cancel: want.cancel,
    more: want.more || undefined,
    tails: want.tails?.map(({ held, ...tail }) => sparse({ ...tail, held: held && Buffer.from(held).toString('hex') })),
    prefixes: want.prefixes,
  })
}

function messagesToJson({ id, items }: Messages): Record<string, unknown> {
  return { id, items: items.map(itemToJson) }
}

function itemToJson({ text, signature }: Item): Record<string, unknown> {
  return { text: Buffer.from(text).toString(), signature: Buffer.from(signature).toString('base64') }
}

function doneToJson(done: Done): Record<string, unknown> {
  return sparse({
    id: done.id,
    up_to: done.upTo,
    floor: done.floor,
    cursor: done.cursor,
    code: done.code === 'answered' ? undefined : done.code.toUpperCase(),
    retry_ms: done.retryMs,
  })
}
