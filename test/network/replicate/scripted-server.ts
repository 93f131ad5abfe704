// A server that a test plays by a manner: honest, or false in one of the ways in which a source can fail those who ask it.

import { setImmediate as turn } from 'node:timers/promises'
import { encodeFrame } from '../../../src/network/replicate/frames/encode-frame.ts'
import { itemOf } from '../../support/feeds.ts'
import { ScriptedPeer } from './scripted-peer.ts'
import type { SealedMessage } from '../../../src/feed/index.ts'
import type { AskedRange, Frame, ToldHead } from '../../../src/network/replicate/frames/frames.ts'
import type { Wire } from '../../../src/network/replicate/wire.ts'

/** What becomes of it after so many messages: nothing, silence, a reset, or ranges that are answered by nothing. */
export type Manner = 'honest' | 'stalls' | 'hangs up' | 'withholds' | 'inflates'

export interface ScriptedServerInit {
  wire: Wire
  /** What it holds, by feed, in order. */
  feeds: readonly (readonly SealedMessage[])[]
  manner: Manner
  /** Messages after which its manner shows. */
  after: number
  /** Turns of the event loop that it takes for each frame of messages. */
  delays: Iterator<number>
}

const ITEMS_PER_FRAME = 50

/** Serves one stream until it ends. Resolves with the number of messages that were sent. */
export async function playServer({ wire, feeds, manner, after, delays }: ScriptedServerInit): Promise<number> {
  const peer = new ScriptedPeer(wire)
  const held = new Map(feeds.map((feed) => [feed[0]?.author, feed]))
  let sent = 0
  let credit = 0
  const waiting: AskedRange[] = []
  const hearWant = async (): Promise<void> => {
    const want = await peer.hear('want')
    credit += want.credit ?? 0
    waiting.push(...(want.ranges ?? []))
  }
  const sayWithinCredit = async (frame: Frame): Promise<void> => {
    const bytes = encodeFrame(frame).length
    while (credit < bytes) await hearWant()
    credit -= bytes
    peer.say(frame)
  }
  const isFalse = () => manner !== 'honest' && sent >= after
  try {
    await peer.hear('have')
    const heads = feeds.flatMap((feed) => headOf(feed, manner)).toSorted(byAuthor)
    peer.say({ kind: 'have', store: '00000000000000aa', cursor: { offset: 9, check: '0011223344556677' }, heads })
    for (;;) {
      while (waiting.length === 0) await hearWant()
      const { id, author, from, to } = waiting.shift() as AskedRange
      const found = (held.get(author) ?? []).filter(({ sequence }) => sequence >= from && sequence <= to)
      for (let at = 0; at < found.length && !isFalse(); at += ITEMS_PER_FRAME) {
        for (let turns = delays.next().value; turns > 0; turns--) await turn()
        const items = found.slice(at, at + ITEMS_PER_FRAME).map(itemOf)
        sent += items.length
        await sayWithinCredit({ kind: 'messages', id, items })
      }
      if (isFalse() && manner === 'stalls') await peer.hearAll()
      if (isFalse() && manner === 'hangs up') wire.abort(new Error('It hangs up.'))
      peer.say({ kind: 'done', id, code: 'answered' })
    }
  } catch {
    return sent
  }
}

function headOf(feed: readonly SealedMessage[], manner: Manner): ToldHead[] {
  const last = feed.at(-1)
  if (last === undefined) return []
  const { author, sequence, hash } = last
  const told = { author, floor: 1, arrival: 7, forked: false }
  if (manner === 'inflates') return [{ ...told, sequence: sequence * 1_000, hash: 'ff'.repeat(8) }]
  return [{ ...told, sequence, hash: hash.slice(0, 16) }]
}

function byAuthor(one: ToldHead, other: ToldHead): number {
  return Buffer.compare(keyOf(one), keyOf(other))
}

function keyOf({ author }: ToldHead): Buffer {
  return Buffer.from(author.slice(1, -'.ed25519'.length), 'base64')
}
