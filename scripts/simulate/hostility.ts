// What hostile nodes do instead.

import { createHash } from 'node:crypto'
import { decodeFrame } from '../../src/network/replicate/frames/decode-frame.ts'
import { send } from '../../src/network/replicate/machine.ts'
import type { Frame } from '../../src/network/replicate/frames/frames.ts'
import type { Sending } from '../../src/network/replicate/machine.ts'

/**
 * - `liar`: tells of messages that nobody wrote, and passes nothing on.
 * - `forger`: passes everything on with a signature that does not fit.
 * - `flooder`: pushes hundreds of forged messages a second to whoever connects, and passes nothing on.
 * - `stale`: takes nothing in, passes nothing on, and tells of what it held in the beginning.
 */
export const HOSTILITIES = ['liar', 'forger', 'flooder', 'stale'] as const

export type Hostility = (typeof HOSTILITIES)[number]

/** A flooder's first seconds with somebody: beyond what gossip lets in, spec §5. */
export const FLOOD = { messages: 200, everyMs: 5 }

/** How far beyond the truth a liar tells. */
const LIE = 5

/** A frame without its length. */
export function frameOf({ bytes }: Sending): Frame {
  return decodeFrame(bytes.subarray(bytes.findIndex((byte) => byte < 0x80) + 1))
}

/** What a hostile server sends in place of what its state machine said. */
export function altered(sending: Sending, hostility: Hostility | undefined): Sending {
  if (hostility === 'liar' && sending.kind === 'have') return send(inflated(frameOf(sending)))
  if (hostility === 'forger' && sending.kind === 'messages') return send(forged(frameOf(sending)))
  return sending
}

function inflated(frame: Frame): Frame {
  if (frame.kind !== 'have') return frame
  const heads = (frame.heads ?? []).map((head) => {
    const sequence = head.sequence + LIE
    const hash = createHash('sha256').update(`${head.author}${sequence}`).digest('hex').slice(0, 16)
    return { ...head, sequence, hash }
  })
  return { ...frame, heads, root: undefined }
}

function forged(frame: Frame): Frame {
  if (frame.kind !== 'messages') return frame
  const items = frame.items.map(({ text, signature }) => ({ text, signature: signature.map((byte) => byte ^ 1) }))
  return { ...frame, items }
}
