import { describe, expect, test } from 'vitest'
import { messageText } from '../../src/api/message-text.ts'
import { formatTimestamp, openItem, parseJson, sealMessage, verifySignature } from '../../src/feed/index.ts'
import { identityOf, TEST_NOW } from '../support/open-log.ts'
import type { MessageEntry } from '../../src/log/index.ts'

const EMPTY = { sequence: 0, hash: undefined }

function entryOf(
  content: unknown,
  changes: Partial<Pick<MessageEntry, 'link' | 'inEffect'>> & { claimedAt?: number } = {},
): MessageEntry {
  const { claimedAt = TEST_NOW, ...rest } = changes
  const sealed = sealMessage({ content, tags: ['a'] }, EMPTY, formatTimestamp(claimedAt), identityOf(1))
  const { author, sequence, hash, text, signature } = sealed
  const facts = {
    author,
    sequence,
    hash,
    text,
    signature,
    offset: 1,
    feed: 1,
    receivedAt: TEST_NOW,
    link: 'linked',
  } as const
  return { kind: 'message', ...facts, inEffect: true, envelope: JSON.parse(text), ...rest }
}

/** What a client does to check an answer: cut off what is not signed, close the brace. */
async function verifies(answered: string): Promise<boolean> {
  const text = `${answered.slice(0, answered.lastIndexOf(',"hash":"'))}}`
  const { signature } = JSON.parse(answered)
  return verifySignature(openItem({ text: Buffer.from(text), signature: Buffer.from(signature, 'base64') }))
}

describe('messageText', () => {
  test.each([
    ['words', 'hello'],
    ['null', null],
    ['control characters and NUL', 'a\u0000b\u0007c\u001fd\u007f'],
    ['line separators that JavaScript source cannot hold', 'a\u2028b\u2029c'],
    ['marks that turn the writing direction', '\u202eevil\u202c \u200f'],
    ['characters beyond 16 bits', '𝄞 👩‍🚀'],
    ['keys that objects have already', JSON.parse('{"__proto__":{"a":1},"constructor":2,"toString":3}')],
    ['text that looks like the end of a message', '","hash":"00","signature":"'],
    ['text that looks like a timestamp', { a: '"timestamp":"9999-01-01T00:00:00Z"' }],
    ['numbers with their own spelling', parseJson('[1.0,1e-6]')],
    ['content of 64 KiB', 'x'.repeat(65_534)],
  ])('leaves %s as they were signed', async (_, content) => {
    const entry = entryOf(content)
    const answered = messageText(entry)
    expect(answered.startsWith(entry.text.slice(0, -1))).toBe(true)
    expect(JSON.parse(answered)).toMatchObject({ author: entry.author, hash: entry.hash })
    await expect(verifies(answered)).resolves.toBe(true)
  })

  test('says when the message came and how it hangs on the one before', () => {
    expect(JSON.parse(messageText(entryOf(1, { link: 'gapped' }))).local).toEqual({
      received_at: '2026-01-01T00:00:00Z',
      link: 'gapped',
      flags: [],
    })
  })

  test('flags a claimed time from just over ten minutes ahead, and not before', () => {
    const minutes = 60_000
    expect(flagsOf(entryOf(1, { claimedAt: TEST_NOW + 10 * minutes }))).toEqual([])
    expect(flagsOf(entryOf(1, { claimedAt: TEST_NOW + 10 * minutes + 1 }))).toEqual(['future'])
  })

  test('flags what a fork has taken out of effect', () => {
    expect(flagsOf(entryOf(1, { inEffect: false }))).toEqual(['forked'])
  })

  test('adds score and snippet of a search, escaped', () => {
    const { local } = JSON.parse(messageText(entryOf(1), { score: 1.5, snippet: 'a "b" \u0000' }))
    expect(local).toMatchObject({ score: 1.5, snippet: 'a "b" \u0000' })
  })
})

function flagsOf(entry: MessageEntry): unknown {
  return JSON.parse(messageText(entry)).local.flags
}
