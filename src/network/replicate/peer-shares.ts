// What each peer may take of us, in every respect. Kept only as long as it matters.

import { setTimeout as wait } from 'node:timers/promises'
import {
  CONTROL_BYTES_BURST,
  CONTROL_BYTES_PER_FRAME,
  CONTROL_BYTES_PER_SECOND,
  STREAMS_BURST,
  STREAMS_PER_SECOND,
  USEFUL_BYTE_EARNS,
  VAIN_BYTES_BURST,
  VAIN_BYTES_PER_HEAD,
  VAIN_BYTES_PER_SECOND,
} from './constants.ts'
import { ServedShare } from './server/served-share.ts'
import { Share } from './share.ts'
import type { Item } from '../../feed/index.ts'
import type { IngestResult } from '../../log/index.ts'
import type { Frame } from './frames/frames.ts'

/** One peer's shares, over all its streams in both directions. */
export class PeerShares {
  readonly served = new ServedShare()
  readonly #streams = new Share(STREAMS_PER_SECOND, STREAMS_BURST)
  readonly #control = new Share(CONTROL_BYTES_PER_SECOND, CONTROL_BYTES_BURST)
  readonly #vain = new Share(VAIN_BYTES_PER_SECOND, VAIN_BYTES_BURST)

  /** Whether it may open one more stream to us now; counts it. */
  admitsStream(now: number): boolean {
    const isAdmitted = this.#streams.waitMs(now) === 0
    if (isAdmitted) this.#streams.spend(1, now)
    return isAdmitted
  }

  /**
   * Milliseconds for which nothing more is read after this frame. Messages have their credit, and a Have is asked for; of the other frames a
   * peer can send as many as it likes.
   */
  frameCame(kind: Frame['kind'], bytes: number, now: number): number {
    if (kind === 'messages' || kind === 'have') return 0
    this.#control.spend(bytes + CONTROL_BYTES_PER_FRAME, now)
    return this.#control.waitMs(now)
  }

  /** Heads were compared: in vain, if no messages follow. Answers how long to wait before the next ones. */
  headsCame(count: number, now: number): number {
    this.#vain.spend(count * VAIN_BYTES_PER_HEAD, now)
    return this.#vain.waitMs(now)
  }

  /** Items went to the log. Answers how long to wait before they count as stored, which is when the peer may send more. */
  itemsCame(items: readonly Item[], results: readonly IngestResult[], now: number): number {
    for (const [index, { text }] of items.entries()) {
      const result = results[index]
      if (result !== undefined && 'outcome' in result && result.outcome === 'appended') {
        this.#vain.earn(text.length * USEFUL_BYTE_EARNS)
      } else {
        this.#vain.spend(text.length, now)
      }
    }
    return this.#vain.waitMs(now)
  }

  /** Whether nothing is lost by forgetting them. */
  isFull(now: number): boolean {
    return [this.served, this.#streams, this.#control, this.#vain].every((share) => share.isFull(now))
  }
}

/** Resolves after so long, or when the signal aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await wait(ms, undefined, { signal, ref: false }).catch(() => {})
}
