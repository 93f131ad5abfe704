// Reading and verifying what peers send, against the bare signature check.

import { hash as digest, verify as verifyNow } from 'node:crypto'
import { openItem, verifySignature } from '../../src/feed/index.ts'
import { bareMessages, verifyBare } from './support/bare-message.ts'
import { signedFeeds } from './support/common-feeds.ts'
import { messagesOf } from './support/dataset.ts'
import { inLanes } from './support/lanes.ts'
import { measure } from './support/stopwatch.ts'
import type { BareMessage } from './support/bare-message.ts'
import type { BenchRun } from './support/bench-run.ts'
import type { Finding } from './support/finding.ts'

const MESSAGES = 20_000
const IN_FLIGHT = 64

/** openItem and verifySignature, 64 in flight. */
export async function verify(run: BenchRun): Promise<Finding[]> {
  const all = bareMessages(await messagesOf(await signedFeeds(run, 100)))
  const messages = all.slice(0, run.sized(MESSAGES))
  const ours = await measure(messages.length, () => inLanes(IN_FLIGHT, messages, verifyItem))
  const pool = await measure(messages.length, () => inLanes(IN_FLIGHT, messages, verifyBare))
  const oneThread = await measure(messages.length, () => {
    for (const message of messages) verifyOnThisThread(message)
  })
  return [
    { what: 'read and verify', figure: ours.rate, limit: { ...pool.rate, of: 'crypto.verify on the thread pool' } },
    { what: 'read and verify', figure: ours.rate, limit: { ...oneThread.rate, of: 'crypto.verify on one thread' } },
    {
      what: 'read and verify, work for a message',
      figure: ours.work,
      limit: { ...pool.work, of: 'crypto.verify on the thread pool' },
    },
  ]
}

async function verifyItem({ bytes, signature }: BareMessage): Promise<void> {
  if (!(await verifySignature(openItem({ text: bytes, signature })))) throw new Error('A good signature was refused.')
}

function verifyOnThisThread({ bytes, key, signature }: BareMessage): void {
  verifyNow(null, Buffer.from(digest('sha256', bytes, 'hex'), 'latin1'), key, signature)
}
