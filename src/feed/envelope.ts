// Reading a message from its canonical text: one pass proves the text and takes the fields out of it. Nothing is re-serialised.

import { isAuthor, isHash } from './author.ts'
import { CONTENT_BYTES_MAX, SEQUENCE_MAX, TEXT_BYTES_MAX } from './constants.ts'
import { FeedError } from './errors.ts'
import { Scanner } from './scanner.ts'
import { isTimestamp } from './timestamp.ts'
import type { Author, Hash, Message } from './message.ts'

/**
 * Proves that a text is the canonical text of a message and reads its fields.
 *
 * The checks follow each other as in spec §7: size, canonical text, author, sequence, previous.
 *
 * @throws FeedError `FEED_TOO_LARGE`, `FEED_NOT_CANONICAL`, `FEED_AUTHOR_INVALID`, `FEED_SEQUENCE_INVALID`, `FEED_PREVIOUS_INVALID`
 */
export function readMessage(text: string): Message {
  checkSize('text', text, TEXT_BYTES_MAX)
  const scanner = new Scanner(text)
  if (!text.isWellFormed()) throw scanner.fault('it holds half of a surrogate pair')
  scanner.pass('{"author":')
  const author = scanner.readString()
  scanner.pass(',"sequence":')
  const sequence = scanner.readNumber()
  scanner.pass(',"previous":')
  const previous = scanner.passes('null') ? null : scanner.readString()
  scanner.pass(',"timestamp":')
  const timestamp = readTimestamp(scanner)
  scanner.pass(',"content":')
  const content = readContent(scanner)
  const optional = readOptional(scanner)
  scanner.pass('}')
  if (scanner.at !== text.length) throw scanner.fault('the message has ended')
  checkSize('content', content, CONTENT_BYTES_MAX)
  const checkedAuthor = checkAuthor(author)
  const checkedSequence = checkSequence(sequence)
  const checkedPrevious = checkPrevious(previous, checkedSequence)
  return {
    author: checkedAuthor,
    sequence: checkedSequence,
    previous: checkedPrevious,
    timestamp,
    content,
    ...optional,
  }
}

function readContent(scanner: Scanner): string {
  const start = scanner.at
  scanner.passValue(0)
  return scanner.text.slice(start, scanner.at)
}

/** The fields that may be left out, in the one order they may stand in. */
function readOptional(scanner: Scanner): Pick<Message, 'tags'> & Partial<Message> {
  const fields: Pick<Message, 'tags'> & Partial<Message> = { tags: [] }
  if (scanner.passes(',"schema_id":')) fields.schemaId = scanner.readString()
  if (scanner.passes(',"relates":')) fields.relates = readHash(scanner)
  if (scanner.passes(',"tags":')) fields.tags = readTags(scanner)
  if (scanner.passes(',"trace_id":')) fields.traceId = scanner.readString()
  if (scanner.passes(',"span_id":')) fields.spanId = scanner.readString()
  if (scanner.passes(',"expires_at":')) fields.expiresAt = readTimestamp(scanner)
  return fields
}

/** One tag at least: an empty array is left out. */
function readTags(scanner: Scanner): string[] {
  const tags: string[] = []
  scanner.pass('[')
  do tags.push(scanner.readString())
  while (scanner.passes(','))
  scanner.pass(']')
  return tags
}

function readTimestamp(scanner: Scanner): string {
  const timestamp = scanner.readString()
  if (!isTimestamp(timestamp)) throw scanner.fault('before it stands a timestamp that is not in its one spelling')
  return timestamp
}

function readHash(scanner: Scanner): Hash {
  const hash = scanner.readString()
  if (!isHash(hash)) throw scanner.fault('before it stands what is not 64 lower-case hex characters')
  return hash
}

/** A UTF-16 unit is at most three bytes, so most texts need no counting. */
function checkSize(field: string, text: string, limit: number): void {
  if (text.length * 3 <= limit) return
  const bytes = Buffer.byteLength(text)
  if (bytes <= limit) return
  throw new FeedError('FEED_TOO_LARGE', `The ${field} is ${bytes} bytes; at most ${limit} are accepted.`, {
    field,
    bytes,
    limit,
  })
}

function checkAuthor(author: string): Author {
  if (isAuthor(author)) return author
  throw new FeedError(
    'FEED_AUTHOR_INVALID',
    'The author is not the text form of an Ed25519 public key of full order.',
    {
      field: 'author',
      found: author.slice(0, 120),
    },
  )
}

function checkSequence(token: string): number {
  const sequence = Number(token)
  if (/^[1-9]\d*$/.test(token) && sequence <= SEQUENCE_MAX) return sequence
  throw new FeedError('FEED_SEQUENCE_INVALID', 'The sequence is not an integer from 1 to 2^53 − 1 in plain digits.', {
    field: 'sequence',
    found: token.slice(0, 40),
  })
}

function checkPrevious(previous: string | null, sequence: number): Hash | null {
  if (sequence === 1 ? previous === null : isHash(previous)) return previous
  throw new FeedError(
    'FEED_PREVIOUS_INVALID',
    'The previous field is null at sequence 1 and 64 lower-case hex characters at every other.',
    { field: 'previous', sequence, found: previous?.slice(0, 80) ?? null },
  )
}
