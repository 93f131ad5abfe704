// What the frames have in common when they are read: keys, cursors, topics, and the refusals.

import { isUtf8 } from 'node:buffer'
import { authorFromKey, FeedError } from '../../../feed/index.ts'
import { SCOPE_TOPIC_BYTES_MAX } from '../constants.ts'
import { ReplicateError } from '../errors.ts'
import type { Author } from '../../../feed/index.ts'
import type { StoreCursor } from '../../../log/index.ts'
import type { ProtobufReader } from '../../protobuf.ts'

export const KEY_BYTES = 32
export const CHECK_BYTES = 8

export function readAuthor(reader: ProtobufReader): Author {
  return authorOf(reader.bytesOf(KEY_BYTES))
}

export function authorOf(key: Uint8Array): Author {
  try {
    return authorFromKey(key)
  } catch (error) {
    if (error instanceof FeedError) throw invalid('an author is no Ed25519 key of full order')
    throw error
  }
}

export function readCursor(reader: ProtobufReader): StoreCursor {
  let offset = 0
  let check: string | undefined
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === 1) offset = reader.integer()
    else if (field === 2) check = hexOf(reader.bytesOf(CHECK_BYTES))
    else reader.skip()
  }
  return { offset, check: required(check, 'a cursor has no check') }
}

export function readTopic(reader: ProtobufReader): string {
  const bytes = reader.bytes()
  if (bytes.length === 0 || bytes.length > SCOPE_TOPIC_BYTES_MAX) throw invalid(`a topic has ${bytes.length} bytes`)
  if (!isUtf8(bytes)) throw invalid('a topic is not UTF-8')
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString()
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')
}

export function pushWithin<T>(list: T[], value: T, limit: number): void {
  if (list.length === limit) {
    throw tooMany('A frame repeats a field', limit)
  }
  list.push(value)
}

export function atLeast(least: number, value: number, what: string): number {
  if (value >= least) return value
  throw invalid(`${what} is ${value}, below ${least}`)
}

export function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw invalid(what)
  return value
}

export function invalid(what: string): ReplicateError {
  return new ReplicateError('REPLICATE_FRAME_INVALID', `The bytes are not a frame: ${what}.`)
}

/** @param what - comes more than `limit` times */
export function tooMany(what: string, limit: number): ReplicateError {
  return new ReplicateError('REPLICATE_TOO_MANY', `${what} more than ${limit} times.`, { limit })
}
