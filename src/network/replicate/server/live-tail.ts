// Live 2 on the server's side: messages go out in the order they arrive, within credit, and never back to the peer they came from.

import { QUANTUM_BYTES } from '../constants.ts'
import { send } from '../machine.ts'
import { creditFor, fitting, itemFrom } from './served-range.ts'
import type { Entry, MessageEntry, StoreCursor } from '../../../log/index.ts'
import type { ServedScope } from '../scope.ts'
import type { SendingCredit } from './sending-credit.ts'
import type { ServerStep } from './server-steps.ts'

/** One batch of entries at a time: the next is read when this one is sent. */
export class LiveTail {
  readonly #peer: string
  readonly #scope: ServedScope
  readonly #credit: SendingCredit
  #after: number
  /** What was read; undefined while a question to the log is out. */
  #unsent: readonly MessageEntry[] | undefined
  #end: StoreCursor | undefined
  /** Since the end of the log was last told. */
  #hasPushed = true

  constructor(peer: string, scope: ServedScope, credit: SendingCredit, after: number) {
    this.#peer = peer
    this.#scope = scope
    this.#credit = credit
    this.#after = after
  }

  get isWaitingForCredit(): boolean {
    return this.#unsent !== undefined && this.#unsent.length > 0
  }

  begin(): ServerStep {
    return { type: 'readEntries', after: this.#after, atOnce: true }
  }

  entriesRead(entries: readonly Entry[], end: StoreCursor | undefined, now: number): void {
    this.#after = entries.at(-1)?.offset ?? this.#after
    this.#unsent = entries
      .filter((entry) => isNews(entry, this.#peer, this.#scope))
      .filter((entry) => !isExpired(entry, now))
    this.#end = end
  }

  /** Sends what credit allows. When all is sent and the log ends here, says so, and reads on. */
  *push(): Generator<ServerStep> {
    while (this.#unsent?.[0] !== undefined) {
      const frameBytes = Math.max(QUANTUM_BYTES, creditFor(this.#unsent[0]))
      const taken = fitting(this.#unsent, Math.min(this.#credit.bytes, frameBytes))
      if (taken.length === 0) return
      this.#unsent = this.#unsent.slice(taken.length)
      this.#hasPushed = true
      yield this.#credit.spend(send({ kind: 'messages', id: 0, items: taken.map(itemFrom) }))
    }
    if (this.#unsent === undefined) return
    this.#unsent = undefined
    if (this.#end !== undefined && this.#hasPushed) {
      this.#hasPushed = false
      yield send({ kind: 'done', id: 0, code: 'answered', cursor: this.#end })
    }
    yield { type: 'readEntries', after: this.#after, atOnce: false }
  }
}

/** Whether an entry is a message that this peer wants and did not give us. */
export function isNews(entry: Entry, peer: string, scope: ServedScope): entry is MessageEntry {
  return entry.kind === 'message' && entry.receivedFrom !== peer && scope.has(entry)
}

/** The envelope is only read when the text can hold an expiry at all. */
function isExpired(entry: MessageEntry, now: number): boolean {
  if (!entry.text.includes('"expires_at":"')) return false
  const { expires_at } = entry.envelope
  return expires_at !== undefined && Date.parse(expires_at) <= now
}
