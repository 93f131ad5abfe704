// Writes the vectors of protocols/presence/1. Authors are seeds 0x01 × 32 and 0x02 × 32. Run it after a change here:
// node scripts/make-presence-vectors.ts

import { writeFileSync } from 'node:fs'
import { createIdentity } from '../src/feed/index.ts'
import { encodeBeat } from '../src/network/presence/payload.ts'
import type { Beat, Statement } from '../src/network/presence/payload.ts'

const FILE = new URL('../protocols/presence/1/vectors/presence.json', import.meta.url)
const DISCRIMINATOR = '0123456789abcdef'
const NOW = Date.UTC(2026, 0, 1)
const SKEW_MS = 600_000

const alice = createIdentity(new Uint8Array(32).fill(1))
const self = createIdentity(new Uint8Array(32).fill(2))

type Outcome = 'accept' | { ignore: string } | { reject: string }

/** The content of the file. */
export const vectorFile = `${JSON.stringify(
  {
    comment: 'Made by scripts/make-presence-vectors.ts. All beats are signed by author unless a name says otherwise.',
    author: alice.author,
    self: self.author,
    discriminator: DISCRIMINATOR,
    now: NOW,
    vectors: vectors(),
  },
  null,
  1,
)}\n`

if (import.meta.main) writeFileSync(FILE, vectorFile)

function vectors(): object[] {
  const working: Statement = { status: 'working', text: 'on the index', load: 0.25 }
  const shape = { ignore: 'shape' }
  const forged = Buffer.from(bytesOf({}))
  forged.set([(forged.at(-1) ?? 0) ^ 1], forged.length - 1)
  return [
    one('a node that is online', {}),
    one('a node with a text and a load, and an agent', { node: working, agents: agents({ claude: working }) }),
    one('a node that leaves', { node: undefined }),
    one('a load of 0 and one of 1', {
      node: { status: 'idle', load: 0 },
      agents: agents({ a: { status: 'busy', load: 1 } }),
    }),
    one('a load of 1.001', { node: { status: 'idle', load: 1.001 } }, shape),
    one('a status of 32 characters', { node: { status: 'a'.repeat(32) } }),
    one('a status of 33 characters', { node: { status: 'a'.repeat(33) } }, shape),
    one('a status with a capital', { node: { status: 'Idle' } }, shape),
    one('an empty status', { node: { status: '' } }, shape),
    one('a text of 140 characters', { node: { status: 'idle', text: '🐝'.repeat(140) } }),
    one('a text of 141 characters', { node: { status: 'idle', text: '🐝'.repeat(141) } }, shape),
    one('an empty text', { node: { status: 'idle', text: '' } }, shape),
    one('a text with NUL', { node: { status: 'idle', text: 'a\0b' } }, shape),
    one('a name of 80 characters', { agents: agents({ ['x'.repeat(80)]: { status: 'idle' } }) }),
    one('a name of 81 characters', { agents: agents({ ['x'.repeat(81)]: { status: 'idle' } }) }, shape),
    one('16 agents', { agents: many(16) }),
    one('17 agents', { agents: many(17) }, shape),
    one('a beat of ten minutes ago', { time: NOW - SKEW_MS }),
    one('a beat from before that', { time: NOW - SKEW_MS - 1 }, { ignore: 'time' }),
    one('a beat in ten minutes', { time: NOW + SKEW_MS }),
    one('a beat from behind that', { time: NOW + SKEW_MS + 1 }, { ignore: 'time' }),
    met('no bytes', [{ payload: '', expect: shape }]),
    met('text', [{ payload: hex(Buffer.from('GET / HTTP/1.1\r\n\r\n')), expect: shape }]),
    met('a beat that is cut off', [{ payload: hex(bytesOf({})).slice(0, -2), expect: shape }]),
    met('16,385 bytes', [{ payload: '00'.repeat(16_385), expect: { ignore: 'size' } }]),
    met('a signature with a wrong bit', [{ payload: hex(forged), expect: { reject: 'FEED_SIGNATURE_INVALID' } }]),
    met('a beat of another network', [
      {
        payload: hex(encodeBeat(beat({}), alice, 'fedcba9876543210')),
        expect: { reject: 'FEED_SIGNATURE_INVALID' },
      },
    ]),
    met('a beat of our own', [{ payload: hex(encodeBeat(beat({}), self, DISCRIMINATOR)), expect: { ignore: 'own' } }]),
    met('the same beat again, an older one, and a later one', [
      { payload: hex(bytesOf({})), expect: 'accept' },
      { payload: hex(bytesOf({})), expect: { ignore: 'known' } },
      { payload: hex(bytesOf({ time: NOW - 1 })), expect: { ignore: 'known' } },
      { payload: hex(bytesOf({ time: NOW + 1 })), expect: 'accept' },
    ]),
    met('a beat from before the author left', [
      { payload: hex(bytesOf({ node: undefined })), expect: 'accept' },
      { payload: hex(bytesOf({ time: NOW - 1 })), expect: { ignore: 'known' } },
    ]),
    met('nine beats of one author at once', [
      ...Array.from({ length: 8 }, (_, index) => ({ payload: hex(bytesOf({ time: NOW + index })), expect: 'accept' })),
      { payload: hex(bytesOf({ time: NOW + 8 })), expect: { ignore: 'author_rate' } },
    ]),
    met('201 payloads of one peer at once', [
      { payload: '', times: 200, expect: shape },
      { payload: hex(bytesOf({})), expect: { ignore: 'peer_rate' } },
    ]),
  ]
}

function beat(change: Partial<Beat>): Beat {
  return { time: NOW, node: { status: 'online' }, agents: new Map(), ...change }
}

function bytesOf(change: Partial<Beat>): Uint8Array {
  return encodeBeat(beat(change), alice, DISCRIMINATOR)
}

function one(name: string, change: Partial<Beat>, expect: Outcome = 'accept'): object {
  const { time, node, agents: said } = beat(change)
  const means = { time, ...(node && { node }), agents: Object.fromEntries(said) }
  return met(name, [{ payload: hex(bytesOf(change)), expect, ...(expect === 'accept' && { means }) }])
}

function met(name: string, payloads: object[]): object {
  return { name, payloads }
}

function agents(said: Record<string, Statement>): Map<string, Statement> {
  return new Map(Object.entries(said))
}

function many(count: number): Map<string, Statement> {
  return new Map(Array.from({ length: count }, (_, index) => [`agent ${index}`, { status: 'idle' }]))
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
