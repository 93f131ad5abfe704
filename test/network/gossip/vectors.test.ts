// Every vector of protocols/gossip/1: payloads both ways, and verdicts of the real validator over a real log.

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { vectorFiles } from '../../../scripts/make-gossip-vectors.ts'
import { decodePayload, encodePayload } from '../../../src/network/gossip/payload.ts'
import { Pushed } from '../../../src/network/gossip/pushed.ts'
import { Validator } from '../../../src/network/gossip/validator.ts'
import { StorageBudgets } from '../../../src/network/replicate/index.ts'
import { openLog } from '../../support/open-log.ts'
import type { Author } from '../../../src/feed/index.ts'
import type { Payload } from '../../../src/network/gossip/payload.ts'
import type { Verdict } from '../../../src/network/gossip/validator.ts'

type Bytes = { payload: string } | { parts: (string | { repeat: string; times: number })[] }
type Outcome = 'accept' | { ignore: string } | { reject: string }

type PayloadVector = Bytes & { name: string; means?: object; canonical?: boolean; expect?: Outcome }

interface ValidationVector {
  name: string
  held?: { text: string; signature: string }[]
  blocked?: Author[]
  payloads: (Bytes & { from?: string; times?: number; expect: Outcome })[]
}

interface VectorFile<Vector> {
  now: number
  vectors: Vector[]
}

// Our own files, in the shapes that spec.md §7 defines.
const payloads = read('payloads.json') as VectorFile<PayloadVector>
const validation = read('validation.json') as VectorFile<ValidationVector>

function read(name: string): unknown {
  return JSON.parse(textOf(name))
}

function textOf(name: string): string {
  return readFileSync(new URL(`../../../protocols/gossip/1/vectors/${name}`, import.meta.url), 'utf8')
}

function bytesOf(bytes: Bytes): Uint8Array {
  const parts = 'payload' in bytes ? [bytes.payload] : bytes.parts
  return Buffer.from(
    parts.map((part) => (typeof part === 'string' ? part : part.repeat.repeat(part.times))).join(''),
    'hex',
  )
}

function meaningOf(payload: Payload | undefined): object | undefined {
  if (payload === undefined) return undefined
  const signature = Buffer.from(payload.signature).toString('hex')
  if (payload.kind === 'item') return { item: { text: Buffer.from(payload.text).toString(), signature } }
  const { author, sequence, hash } = payload
  return { announcement: { author, sequence, hash, signature } }
}

function outcomeOf(verdict: Verdict): Outcome {
  return 'accept' in verdict ? 'accept' : verdict
}

test.for(Object.entries(vectorFiles))('%s is what the script makes', ([name, content]) => {
  expect(textOf(name)).toBe(content)
})

describe('payloads', () => {
  test.each(payloads.vectors)('$name', ({ means, canonical = true, expect: expected, ...bytes }) => {
    const decoded = decodePayload(bytesOf(bytes))
    expect(meaningOf(decoded)).toEqual(means)
    expect(expected).toEqual(decoded === undefined ? { ignore: 'shape' } : undefined)
    if (decoded === undefined) return
    const encoded = encodePayload(decoded)
    if (canonical) expect(Buffer.from(encoded)).toEqual(bytesOf(bytes))
    else expect(meaningOf(decodePayload(encoded))).toEqual(means)
  })
})

describe('validation', () => {
  test.each(validation.vectors)('$name', async ({ held = [], blocked = [], payloads: met }) => {
    const { log } = openLog({ seed: 9, clock: { now: validation.now } })
    const items = held.map(({ text, signature }) => ({
      text: Buffer.from(text),
      signature: Buffer.from(signature, 'hex'),
    }))
    for (const result of await log.ingest(items, 'before')) expect(result).toEqual({ outcome: 'appended' })
    const isBlocked = (author: Author) => blocked.includes(author)
    const validator = new Validator({
      budgets: new StorageBudgets({ authorBytes: 1e9, peerBytes: 1e9 }),
      log,
      isBlocked,
      pushed: new Pushed(),
      clock: () => validation.now,
    })
    for (const { from = 'a peer', times = 1, expect: expected, ...bytes } of met) {
      for (let time = 0; time < times; time++) {
        expect(outcomeOf(await validator.judge(bytesOf(bytes), from))).toEqual(expected)
      }
    }
  })
})
