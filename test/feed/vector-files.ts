// The vectors of protocols/message/1, as the tests read them.

import { readFileSync } from 'node:fs'

interface Expectation {
  accept?: true
  reject?: string
}

/** A signed text that is accepted, or refused with a code. */
export interface MessageVector {
  name: string
  canonical?: string
  canonical_parts?: (string | { repeat: string; times: number })[]
  canonical_hex?: string
  hash: string
  signature: string
  expect: Expectation
}

const FOLDER = new URL('../../protocols/message/1/', import.meta.url)

/** The text of a file of the protocol, named from its folder. */
export function protocolFile(name: string): string {
  return readFileSync(new URL(name, FOLDER), 'utf8')
}

/** The cases of one vector file. */
export function vectorsOf<Vector>(file: string): Vector[] {
  return JSON.parse(protocolFile(`vectors/${file}`)).vectors
}

/** The bytes that a vector stands for. */
export function bytesOf(vector: MessageVector): Uint8Array {
  if (vector.canonical_hex !== undefined) return Buffer.from(vector.canonical_hex, 'hex')
  const parts = vector.canonical_parts ?? [vector.canonical ?? '']
  return Buffer.from(parts.map((part) => (typeof part === 'string' ? part : part.repeat.repeat(part.times))).join(''))
}
