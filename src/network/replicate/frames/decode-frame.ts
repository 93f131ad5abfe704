// Bytes become frames, or are refused: every bound of the schema is checked here, in decode-have.ts and decode-values.ts, and nowhere else.

import { ProtobufError, ProtobufReader } from '../../protobuf.ts'
import {
  HELD_NAMES_MAX,
  ITEMS_PER_FRAME_MAX,
  RANGES_PER_WANT_MAX,
  SCOPE_TOPICS_MAX,
  TRIE_PREFIXES_PER_FRAME_MAX,
} from '../constants.ts'
import { areNames, HELD_BYTES_MAX } from '../held-names.ts'
import { readHave } from './decode-have.ts'
import { atLeast, invalid, pushWithin, readAuthor, readCursor, readTopic, required, tooMany } from './decode-values.ts'
import { DONE_NUMBERS } from './frames.ts'
import type { Author, Item } from '../../../feed/index.ts'
import type { StoreCursor } from '../../../log/index.ts'
import type { Prefix } from '../trie/trie.ts'
import type { AskedRange, AskedTail, Done, DoneCode, Frame, Live, Messages, Want } from './frames.ts'

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
  let held: Uint8Array | undefined
  let id = 0
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === 1) id = reader.integer()
    else if (field === 2) cursor = readCursor(reader.message())
    else if (field === 3) pushWithin(topics, readTopic(reader), SCOPE_TOPICS_MAX)
    else if (field === 4) held = readHeld(reader.bytes())
    else reader.skip()
  }
  atLeast(1, id, "a tail's id")
  atLeast(1, topics.length, "the number of a tail's topics")
  return { id, cursor: required(cursor, 'a tail has no cursor'), topics, ...(held && { held }) }
}

function readHeld(names: Uint8Array): Uint8Array {
  if (names.length > HELD_BYTES_MAX) throw tooMany('A message is named as held', HELD_NAMES_MAX)
  if (names.length === 0 || !areNames(names)) throw invalid('messages that are held are not named in rising order')
  return names
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
