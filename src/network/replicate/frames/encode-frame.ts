// Frames become bytes.

import { keyFromAuthor, SIGNATURE_BYTES } from '../../../feed/index.ts'
import { ProtobufWriter } from '../../protobuf.ts'
import { DONE_NUMBERS, TAKES_TRIE } from './frames.ts'
import type { StoreCursor } from '../../../log/index.ts'
import type { Done, Frame, Have, Messages, ToldHead, Want, WireScope } from './frames.ts'

/** A frame with its length before it. */
export function encodeFrame(frame: Frame): Uint8Array {
  const writer = new ProtobufWriter(frame.kind === 'messages' ? messagesBytes(frame) : undefined)
  return writer.finishPrefixed(() => {
    switch (frame.kind) {
      case 'have':
        return writer.message(1, () => writeHave(writer, frame))
      case 'want':
        return writer.message(2, () => writeWant(writer, frame))
      case 'messages':
        return writer.message(3, () => writeMessages(writer, frame))
      case 'done':
        return writer.message(4, () => writeDone(writer, frame))
    }
  })
}

/** At least as many bytes as the encoded frame takes. */
function messagesBytes({ items }: Messages): number {
  return items.reduce((sum, item) => sum + itemBytes(item.text.length), 32)
}

/** At least as many bytes as an item takes in its frame: its text, the signature, and the tags and lengths of both. */
export function itemBytes(textBytes: number): number {
  return textBytes + SIGNATURE_BYTES + ITEM_OVERHEAD_BYTES
}

/** Tags and lengths of an item, its text and its signature: at most 2 × (1 + 3) + (1 + 1) + 2 to spare. */
const ITEM_OVERHEAD_BYTES = 12

function writeHave(writer: ProtobufWriter, have: Have): void {
  if (have.takesTrie) writer.integer(1, TAKES_TRIE)
  writer.hex(2, have.knownStore)
  writeCursor(writer, 3, have.knownCursor)
  writeScope(writer, have.scope)
  writer.hex(5, have.store)
  writeCursor(writer, 6, have.cursor)
  writer.integer(7, have.root?.count)
  writer.bytes(8, have.root?.root)
  for (const head of have.heads ?? []) writer.message(9, () => writeHead(writer, head))
  writer.boolean(10, have.more)
  writer.hex(11, have.salt)
  for (const hashes of have.nodes ?? []) writer.hex(12, hashes.join(''))
}

function writeScope(writer: ProtobufWriter, scope: WireScope | undefined): void {
  if (scope === undefined) return
  writer.message(4, () => {
    if (scope === 'all') return writer.boolean(1, true)
    for (const author of scope.authors) writer.bytes(2, keyFromAuthor(author))
    writer.hex(3, scope.authorsHash)
    for (const topic of scope.topics) writer.text(4, topic)
  })
}

function writeHead(writer: ProtobufWriter, head: ToldHead): void {
  writer.bytes(1, keyFromAuthor(head.author))
  writer.integerUnlessZero(2, head.sequence)
  writer.hex(3, head.hash)
  if (head.floor > 1) writer.integer(4, head.floor)
  writer.integerUnlessZero(5, head.arrival)
  writer.boolean(6, head.forked)
}

function writeWant(writer: ProtobufWriter, want: Want): void {
  for (const { id, author, from, to } of want.ranges ?? []) {
    writer.message(1, () => {
      writer.integer(1, id)
      writer.bytes(2, keyFromAuthor(author))
      writer.integer(3, from)
      writer.integer(4, to)
    })
  }
  if (want.credit) writer.integer(2, want.credit)
  writer.integer(3, want.live)
  writer.integers(4, want.cancel)
  writer.boolean(5, want.more)
  for (const { id, cursor, topics, held } of want.tails ?? []) {
    writer.message(6, () => {
      writer.integer(1, id)
      writeCursor(writer, 2, cursor)
      for (const topic of topics) writer.text(3, topic)
      writer.bytes(4, held)
    })
  }
  // A one before the digits, so that leading zeros count.
  writer.integers(
    7,
    want.prefixes?.map((digits) => Number.parseInt(`1${digits}`, 16)),
  )
}

function writeMessages(writer: ProtobufWriter, { id, items }: Messages): void {
  writer.integerUnlessZero(1, id)
  for (const { text, signature } of items) {
    writer.message(2, () => {
      writer.bytes(1, text)
      writer.bytes(2, signature)
    })
  }
}

function writeDone(writer: ProtobufWriter, done: Done): void {
  writer.integerUnlessZero(1, done.id)
  writer.integer(2, done.upTo)
  writer.integer(3, done.floor)
  writeCursor(writer, 4, done.cursor)
  writer.integerUnlessZero(5, DONE_NUMBERS[done.code])
  writer.integer(6, done.retryMs)
}

function writeCursor(writer: ProtobufWriter, field: number, cursor: StoreCursor | undefined): void {
  if (cursor === undefined) return
  writer.message(field, () => {
    writer.integerUnlessZero(1, cursor.offset)
    writer.hex(2, cursor.check)
  })
}
