// Writes the signed vectors of protocols/message/1. Every case carries the hash of its text and a signature of seed 0x01 × 32, so that
// it is refused for the one reason it names. Run it after a change in message-vectors/: node scripts/make-message-vectors.ts

import { hash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { createIdentity } from '../src/feed/index.ts'
import { authorCases } from './message-vectors/authors.ts'
import { limitCases } from './message-vectors/limits.ts'
import { textCases } from './message-vectors/text.ts'
import { timestampCases } from './message-vectors/timestamps.ts'
import type { Case, CaseText } from './message-vectors/case.ts'

const FOLDER = new URL('../protocols/message/1/vectors/', import.meta.url)

const COMMENT =
  'Made by scripts/make-message-vectors.ts; same shape as message-1.json. In place of canonical may stand canonical_parts (strings, and ' +
  'strings repeated so many times, put together) or canonical_hex (the bytes). Signed by the seed 0x01 × 32 whatever the author field says.'

const identity = createIdentity(new Uint8Array(32).fill(1))

/** The content of each file, by its name. */
export const vectorFiles: Readonly<Record<string, string>> = {
  'text.json': fileOf(textCases),
  'timestamps.json': fileOf(timestampCases),
  'limits.json': fileOf(limitCases),
  'authors.json': fileOf(authorCases),
}

if (import.meta.main) {
  for (const [name, content] of Object.entries(vectorFiles)) writeFileSync(new URL(name, FOLDER), content)
}

function fileOf(cases: readonly Case[]): string {
  return `${JSON.stringify({ comment: COMMENT, author: identity.author, vectors: cases.map(vectorOf) }, null, 1)}\n`
}

function vectorOf({ name, expect, alter = (signature) => signature, ...text }: Case): object {
  const hashOfText = hash('sha256', bytesOf(text), 'hex')
  const signature = alter(Buffer.from(identity.sign(hashOfText)), hashOfText)
  return { name, ...text, hash: hashOfText, signature: signature.toString('base64'), expect }
}

function bytesOf(text: CaseText): Buffer {
  if ('canonical' in text) return Buffer.from(text.canonical)
  if ('canonical_hex' in text) return Buffer.from(text.canonical_hex, 'hex')
  return Buffer.from(
    text.canonical_parts.map((part) => (typeof part === 'string' ? part : part.repeat.repeat(part.times))).join(''),
  )
}
