// Both sides of each limit, the forms of sequence and previous, and which code wins when several things are wrong.

import { accept, type Case, type CaseText, messageText, PREVIOUS, reject } from './case.ts'
import type { FeedErrorCode } from '../../src/feed/index.ts'

type Expect = Case['expect']
const ACCEPT: Expect = { accept: true }
const TOO_LARGE: Expect = { reject: 'FEED_TOO_LARGE' }
const NOT_CANONICAL: Expect = { reject: 'FEED_NOT_CANONICAL' }

const sizes: Case[] = [
  contentOf('content of 65,536 bytes', { repeat: 'x', times: 65_534 }, ACCEPT),
  contentOf('content of 65,537 bytes', { repeat: 'x', times: 65_535 }, TOO_LARGE),
  contentOf('content of 65,536 bytes in two-byte characters', { repeat: 'é', times: 32_767 }, ACCEPT),
  contentOf('content of 65,538 bytes in 32,770 two-byte characters', { repeat: 'é', times: 32_768 }, TOO_LARGE),
  contentOf('content counted with its escapes', { repeat: '\\n', times: 32_768 }, TOO_LARGE),
  textOf('text of 131,072 bytes', 131_072, ACCEPT),
  textOf('text of 131,073 bytes', 131_073, TOO_LARGE),
  {
    name: 'size comes first: 131,073 bytes that are no message',
    ...parts({ repeat: ' ', times: 131_073 }),
    expect: TOO_LARGE,
  },
  { name: '131,072 bytes that are no message', ...parts({ repeat: ' ', times: 131_072 }), expect: NOT_CANONICAL },
]

const depths: Case[] = [
  depthOf('arrays 128 deep', '[', '', ']', 128, ACCEPT),
  depthOf('arrays 129 deep', '[', '', ']', 129, NOT_CANONICAL),
  depthOf('objects 128 deep', '{"a":', '0', '}', 128, ACCEPT),
  depthOf('objects 129 deep', '{"a":', '0', '}', 129, NOT_CANONICAL),
  depthOf('objects in arrays 128 deep', '[{"a":', '0', '}]', 64, ACCEPT),
  depthOf('arrays 30,000 deep', '[', '', ']', 30_000, NOT_CANONICAL),
  accept('128 deep twice, side by side', messageText({ content: `[${nested(127)},${nested(127)}]` })),
]

const sequences: Case[] = [
  later('sequence 2', '2'),
  later('sequence 2^53 − 1', '9007199254740991'),
  ...[
    '9007199254740992',
    '9007199254740993',
    '18446744073709551616',
    '1e400',
    '-1',
    '-0',
    '1.0',
    '2.5',
    '1e0',
    '1E5',
  ].map((token) => later(`sequence ${token}`, token, 'FEED_SEQUENCE_INVALID')),
  later('sequence 01', '01', 'FEED_NOT_CANONICAL'),
]

const previous: Case[] = [
  ...Object.entries({
    '63 characters': PREVIOUS.slice(1),
    '65 characters': `0${PREVIOUS}`,
    'upper case': PREVIOUS.toUpperCase(),
    'a letter that is not hex': `g${PREVIOUS.slice(1)}`,
    'the empty string': '',
    'the word null': 'null',
  }).map(([what, text]) =>
    reject(
      `previous: ${what}`,
      messageText({ sequence: '2', previous: JSON.stringify(text) }),
      'FEED_PREVIOUS_INVALID',
    ),
  ),
  reject('previous null at sequence 2^53 − 1', messageText({ sequence: '9007199254740991' }), 'FEED_PREVIOUS_INVALID'),
]

const order: Case[] = [
  reject(
    'not canonical, and author, sequence and previous invalid',
    messageText({ author: '"x"', sequence: '0', previous: '"x"', content: '[ ]' }),
    'FEED_NOT_CANONICAL',
  ),
  reject(
    'author, sequence and previous invalid',
    messageText({ author: '"x"', sequence: '0', previous: '"x"' }),
    'FEED_AUTHOR_INVALID',
  ),
  reject('sequence and previous invalid', messageText({ sequence: '0', previous: '"x"' }), 'FEED_SEQUENCE_INVALID'),
  {
    ...reject('previous and signature invalid', messageText({ previous: '"x"' }), 'FEED_PREVIOUS_INVALID'),
    alter: (signature) => signature.subarray(0, 63),
  },
  {
    name: 'content too large, and author invalid',
    ...split(messageText({ author: '"x"', content: '"|"' }), { repeat: 'x', times: 65_535 }),
    expect: TOO_LARGE,
  },
  {
    name: 'content too large, and not canonical behind it',
    ...split(messageText({ content: '"|" ' }), { repeat: 'x', times: 65_535 }),
    expect: NOT_CANONICAL,
  },
]

type Repeat = { repeat: string; times: number }

function parts(...canonical_parts: (string | Repeat)[]): CaseText {
  return { canonical_parts }
}

/** A text with its bar replaced. */
function split(text: string, ...middle: (string | Repeat)[]): CaseText {
  const [before = '', after = ''] = text.split('|')
  return parts(before, ...middle, after)
}

function contentOf(name: string, middle: Repeat, expect: Expect): Case {
  return { name, ...split(messageText({ content: '"|"' }), middle), expect }
}

/** Content may not fill a text, but tags of a peer may. */
function textOf(name: string, bytes: number, expect: Expect): Case {
  const empty = messageText({ tags: '["|"]' })
  return { name, ...split(empty, { repeat: 'x', times: bytes - (empty.length - 1) }), expect }
}

function depthOf(name: string, open: string, inner: string, close: string, times: number, expect: Expect): Case {
  const text = messageText({ content: '|' })
  return { name, ...split(text, { repeat: open, times }, inner, { repeat: close, times }), expect }
}

function nested(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth)
}

function later(name: string, sequence: string, code?: FeedErrorCode): Case {
  const text = messageText({ sequence, previous: `"${PREVIOUS}"` })
  return code === undefined ? accept(name, text) : reject(name, text, code)
}

export const limitCases: readonly Case[] = [...sizes, ...depths, ...sequences, ...previous, ...order]
