// Bytes become frames, or are refused: every bound of the schema is checked here and nowhere else.

import { isUtf8 } from 'node:buffer'
import { authorFromKey, FeedError } from '../../feed/index.ts'
import { ProtobufError, ProtobufReader } from '../protobuf.ts'
import {
  HEADS_PER_FRAME_MAX,
  ITEMS_PER_FRAME_MAX,
  RANGES_PER_WANT_MAX,
  SCOPE_AUTHORS_MAX,
  SCOPE_TOPIC_BYTES_MAX,
  SCOPE_TOPICS_MAX,
  TRIE_PREFIXES_PER_FRAME_MAX,
  TRIE_SALT_BYTES,
} from './constants.ts'
import { ReplicateError } from './errors.ts'
import { DONE_NUMBERS, TAKES_TRIE } from './frames.ts'
import type { Author, Item } from '../../feed/index.ts'
import type { StoreCursor } from '../../log/index.ts'
import type {
  AskedRange,
  AskedTail,
  Done,
  DoneCode,
  Frame,
  Have,
  Live,
  Messages,
  ToldHead,
  TrieNode,
  Want,
  WireScope,
} from './frames.ts'
import type { Prefix } from './trie.ts'

const KEY_BYTES = 32
const STORE_BYTES = 8
const CHECK_BYTES = 8
const ROOT_BYTES = 32
const NODE_BYTES = 16 * 8

/**
 * Reads the body of a frame, without its length. Byte fields are views of `bytes`.
 *
 * @throws ReplicateError `REPLICATE_FRAME_INVALID`, `REPLICATE_TOO_MANY`, `REPLICATE_SCOPE_UNSUPPORTED`
 */
export function decodeFrame(bytes: Uint8Array): Frame {
  try {
    return readFrame(new ProtobufReader(bytes))
  } catch (error) {
    throw error instanceof ProtobufError ? invalid(error.message) : error
  }
}

function readFrame(reader: ProtobufReader): Frame {
  let frame: Frame | undefined
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === 1) frame = readHave(reader.message())
    else if (field === 2) frame = readWant(reader.message())
    else if (field === 3) frame = readMessages(reader.message())
    else if (field === 4) frame = readDone(reader.message())
    else reader.skip()
  }
  if (frame === undefined) throw invalid('it is none of Have, Want, Messages and Done')
  return frame
}

function readHave(reader: ProtobufReader): Have {
  const heads: ToldHead[] = []
  const have: Have = { kind: 'have', heads }
  let count: number | undefined
  let root: Uint8Array | undefined
  let takesTrie = false
  const nodes: TrieNode[] = []
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === 1) takesTrie = Math.floor(reader.integer() / TAKES_TRIE) % 2 === 1
    else if (field === 2) have.knownStore = hexOf(reader.bytesOf(STORE_BYTES))
    else if (field === 3) have.knownCursor = readCursor(reader.message())
    else if (field === 4) have.scope = readScope(reader.message())
    else if (field === 5) have.store = hexOf(reader.bytesOf(STORE_BYTES))
    else if (field === 6) have.cursor = readCursor(reader.message())
    else if (field === 7) count = reader.integer()
    else if (field === 8) root = reader.bytesOf(ROOT_BYTES)
    else if (field === 9) pushWithin(heads, readHead(reader.message()), HEADS_PER_FRAME_MAX)
    else if (field === 10) have.more = reader.boolean()
    else if (field === 11) have.salt = hexOf(reader.bytesOf(TRIE_SALT_BYTES))
    else if (field === 12) pushWithin(nodes, readNode(reader.bytes()), TRIE_PREFIXES_PER_FRAME_MAX)
    else reader.skip()
  }
  if (takesTrie) have.takesTrie = true
  if (nodes.length > 0) have.nodes = nodes
  if (root !== undefined) have.root = { count: count ?? 0, root }
  return have
}

function readNode(bytes: Uint8Array): TrieNode {
  if (bytes.length === 0) return []
  if (bytes.length !== NODE_BYTES) throw invalid(`a node of a trie has ${bytes.length} bytes`)
  return hexOf(bytes).match(/.{16}/g) ?? []
}

function readScope(reader: ProtobufReader): WireScope {
  const keys: Uint8Array[] = []
  const topics: string[] = []
  let all = false
  let authorsHash: string | undefined
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === 1) all = reader.boolean()
    else if (field === 2) pushWithin(keys, reader.bytesOf(KEY_BYTES), SCOPE_AUTHORS_MAX)
    else if (field === 3) authorsHash = hexOf(reader.bytesOf(ROOT_BYTES))
    else if (field === 4) pushWithin(topics, readTopic(reader), SCOPE_TOPICS_MAX)
    else reader.skip()
  }
  const isSelection = keys.length + topics.length > 0 || authorsHash !== undefined
  if (all && isSelection) throw invalid('a scope is all and something else')
  if (all) return 'all'
  if (!isSelection) throw new ReplicateError('REPLICATE_SCOPE_UNSUPPORTED', 'A scope names nothing that is served.')
  if (keys.length > 0 && authorsHash !== undefined) throw invalid('a scope has authors and their hash')
  return { authors: readAuthors(keys), ...(authorsHash !== undefined && { authorsHash }), topics }
}

/** In strictly rising order of their bytes, so that one list has one hash. */
function readAuthors(keys: readonly Uint8Array[]): Author[] {
  const isRising = keys.every((key, at) => at === 0 || Buffer.compare(keys[at - 1] ?? key, key) < 0)
  if (!isRising) throw invalid('the authors of a scope are not in order, each once')
  return keys.map(authorOf)
}

function readTopic(reader: ProtobufReader): string {
  const bytes = reader.bytes()
  if (bytes.length === 0 || bytes.length > SCOPE_TOPIC_BYTES_MAX) throw invalid(`a topic has ${bytes.length} bytes`)
  if (!isUtf8(bytes)) throw invalid('a topic is not UTF-8')
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString()
}

function readHead(reader: ProtobufReader): ToldHead {
  const head = { sequence: 0, hash: undefined as string | undefined, floor: 1, arrival: 0, forked: false }
  let author: Author | undefined
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === 1) author = readAuthor(reader)
    else if (field === 2) head.sequence = reader.integer()
    else if (field === 3) head.hash = hexOf(reader.bytesOf(CHECK_BYTES))
    else if (field === 4) head.floor = atLeast(1, reader.integer(), 'a floor')
    else if (field === 5) head.arrival = reader.integer()
    else if (field === 6) head.forked = reader.boolean()
    else reader.skip()
  }
  return { author: required(author, 'a head has no author'), ...head }
}

function readWant(reader: ProtobufReader): Want {
  const ranges: AskedRange[] = []
  const cancel: number[] = []
  const tails: AskedTail[] = []
  const prefixes: Prefix[] = []
  const want: Want = { kind: 'want', ranges, cancel, tails, prefixes }
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === 1) pushWithin(ranges, readRange(reader.message()), RANGES_PER_WANT_MAX)
    else if (field === 2) want.credit = reader.integer()
    else if (field === 3) want.live = readLive(reader.integer())
    else if (field === 4) for (const id of reader.integers()) pushWithin(cancel, id, RANGES_PER_WANT_MAX)
    else if (field === 5) want.more = reader.boolean()
    else if (field === 6) pushWithin(tails, readTail(reader.message()), SCOPE_TOPICS_MAX)
    else if (field === 7)
      for (const number of reader.integers()) pushWithin(prefixes, prefixOf(number), TRIE_PREFIXES_PER_FRAME_MAX)
    else reader.skip()
  }
  return want
}

/** The digits behind a leading one. An integer of 53 bits has room for as many as a trie has levels. */
function prefixOf(number: number): Prefix {
  const digits = number.toString(16)
  if (!digits.startsWith('1')) throw invalid(`${number} is no prefix`)
  return digits.slice(1)
}

function readTail(reader: ProtobufReader): AskedTail {
  const topics: string[] = []
  let cursor: StoreCursor | undefined
  let id = 0
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === 1) id = reader.integer()
    else if (field === 2) cursor = readCursor(reader.message())
    else if (field === 3) pushWithin(topics, readTopic(reader), SCOPE_TOPICS_MAX)
    else reader.skip()
  }
  atLeast(1, id, "a tail's id")
  atLeast(1, topics.length, "the number of a tail's topics")
  return { id, cursor: required(cursor, 'a tail has no cursor'), topics }
}

function readLive(live: number): Live | undefined {
  if (live === 0) return undefined
  if (live === 1 || live === 2) return live
  throw invalid(`live is ${live}`)
}

function readRange(reader: ProtobufReader): AskedRange {
  let author: Author | undefined
  let id = 0
  let from = 0
  let to = 0
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === 1) id = reader.integer()
    else if (field === 2) author = readAuthor(reader)
    else if (field === 3) from = reader.integer()
    else if (field === 4) to = reader.integer()
    else reader.skip()
  }
  atLeast(1, id, "a range's id")
  atLeast(1, from, "a range's start")
  atLeast(from, to, "a range's end")
  return { id, author: required(author, 'a range has no author'), from, to }
}

function readMessages(reader: ProtobufReader): Messages {
  const items: Item[] = []
  let id = 0
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === 1) id = reader.integer()
    else if (field === 2) pushWithin(items, readItem(reader.message()), ITEMS_PER_FRAME_MAX)
    else reader.skip()
  }
  if (items.length === 0) throw invalid('Messages holds none')
  return { kind: 'messages', id, items }
}

function readItem(reader: ProtobufReader): Item {
  let text: Uint8Array | undefined
  let signature: Uint8Array | undefined
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === 1) text = reader.bytes()
    else if (field === 2) signature = reader.bytes()
    else reader.skip()
  }
  return { text: required(text, 'an item has no text'), signature: required(signature, 'an item has no signature') }
}

function readDone(reader: ProtobufReader): Done {
  const done: Done = { kind: 'done', id: 0, code: 'answered' }
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === 1) done.id = reader.integer()
    else if (field === 2) done.upTo = reader.integer()
    else if (field === 3) done.floor = reader.integer()
    else if (field === 4) done.cursor = readCursor(reader.message())
    else if (field === 5) done.code = readCode(reader.integer())
    else if (field === 6) done.retryMs = reader.integer()
    else reader.skip()
  }
  return done
}

function readCode(number: number): DoneCode {
  const codes = Object.keys(DONE_NUMBERS) as DoneCode[] // As: the keys of a record of all codes.
  const code = codes.find((candidate) => DONE_NUMBERS[candidate] === number)
  return required(code, 'a Done has an unknown code')
}

function readCursor(reader: ProtobufReader): StoreCursor {
  let offset = 0
  let check: string | undefined
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === 1) offset = reader.integer()
    else if (field === 2) check = hexOf(reader.bytesOf(CHECK_BYTES))
    else reader.skip()
  }
  return { offset, check: required(check, 'a cursor has no check') }
}

function readAuthor(reader: ProtobufReader): Author {
  return authorOf(reader.bytesOf(KEY_BYTES))
}

function authorOf(key: Uint8Array): Author {
  try {
    return authorFromKey(key)
  } catch (error) {
    if (error instanceof FeedError) throw invalid('an author is no Ed25519 key of full order')
    throw error
  }
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')
}

function pushWithin<T>(list: T[], value: T, limit: number): void {
  if (list.length === limit) {
    throw new ReplicateError('REPLICATE_TOO_MANY', `A frame repeats a field more than ${limit} times.`, { limit })
  }
  list.push(value)
}

function atLeast(least: number, value: number, what: string): number {
  if (value >= least) return value
  throw invalid(`${what} is ${value}, below ${least}`)
}

function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw invalid(what)
  return value
}

function invalid(what: string): ReplicateError {
  return new ReplicateError('REPLICATE_FRAME_INVALID', `The bytes are not a frame: ${what}.`)
}
