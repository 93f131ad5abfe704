// A Have becomes what it means: the puller's greeting, or what a server tells of its feeds.

import {
  HEADS_PER_FRAME_MAX,
  SCOPE_AUTHORS_MAX,
  SCOPE_TOPICS_MAX,
  TRIE_PREFIXES_PER_FRAME_MAX,
  TRIE_SALT_BYTES,
} from '../constants.ts'
import { ReplicateError } from '../errors.ts'
import {
  atLeast,
  authorOf,
  CHECK_BYTES,
  hexOf,
  invalid,
  KEY_BYTES,
  pushWithin,
  readAuthor,
  readCursor,
  readTopic,
  required,
} from './decode-values.ts'
import { TAKES_TRIE } from './frames.ts'
import type { Author } from '../../../feed/index.ts'
import type { ProtobufReader } from '../../protobuf.ts'
import type { Have, ToldHead, TrieNode, WireScope } from './frames.ts'

const STORE_BYTES = 8
const ROOT_BYTES = 32
const NODE_BYTES = 16 * 8

export function readHave(reader: ProtobufReader): Have {
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
