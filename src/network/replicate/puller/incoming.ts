// Messages of one stream from their coming until the log has stored them: what asked for them, and the credit that they took.

import { ReplicateError } from '../errors.ts'
import { placeIn, refuseInvalid } from './asking.ts'
import type { Item } from '../../../feed/index.ts'
import type { IngestResult } from '../../../log/index.ts'
import type { Messages } from '../frames/frames.ts'
import type { OpenRange } from './asking.ts'
import type { AskingTails } from './asking-tails.ts'
import type { CreditWindow } from './credit.ts'
import type { Fetching } from './fetching.ts'
import type { ItemPlace } from './item-place.ts'
import type { PullerStep } from './puller-steps.ts'

/** A frame of messages handed to the log. */
interface Batch {
  bytes: number
  places: readonly ItemPlace[]
  /** Undefined for what came by a tail, or was pushed. */
  range: OpenRange | undefined
  /** Id of the tail. */
  tail?: number
}

/** Messages go to the log at once; credit alone bounds how many wait there. */
export class Incoming {
  readonly #credit: CreditWindow
  readonly #fetching: Fetching
  readonly #tails: AskingTails
  readonly #batches = new Map<number, Batch>()
  #last = 0

  constructor(credit: CreditWindow, fetching: Fetching, tails: AskingTails) {
    this.#credit = credit
    this.#fetching = fetching
    this.#tails = tails
  }

  /** Whether all that came is stored. */
  get isStored(): boolean {
    return this.#batches.size === 0
  }

  /**
   * Hands a frame to the log.
   *
   * @param isPushedTo - whether the server may push
   * @throws ReplicateError `REPLICATE_CREDIT_OVERRUN`, `REPLICATE_ITEM_UNASKED`, and what ranges and tails refuse
   */
  take({ id, items }: Messages, bytes: number, isPushedTo: boolean): PullerStep {
    if (!this.#credit.receive(bytes)) {
      throw new ReplicateError('REPLICATE_CREDIT_OVERRUN', 'More messages came than credit was granted.', { bytes })
    }
    const batch = ++this.#last
    const taken = this.#taken(id, items, isPushedTo)
    this.#batches.set(batch, { bytes, ...taken })
    return { type: 'ingest', batch, items, unasked: taken.range === undefined }
  }

  /**
   * The log has answered.
   *
   * @throws ReplicateError `REPLICATE_ITEM_INVALID`
   */
  stored(id: number, results: readonly IngestResult[]): void {
    const batch = this.#batches.get(id)
    if (batch === undefined) return
    this.#batches.delete(id)
    refuseInvalid(results, batch.places)
    this.#credit.stored(batch.bytes)
    if (batch.tail !== undefined) this.#tails.ingested(batch.tail)
    else if (batch.range === undefined) this.#fetching.ingestedPushed(batch.places, results)
    else this.#fetching.ingested(batch.range, batch.places, results)
  }

  #taken(id: number, items: readonly Item[], isPushedTo: boolean): Omit<Batch, 'bytes'> {
    if (id === 0 && !isPushedTo) {
      throw new ReplicateError('REPLICATE_ITEM_UNASKED', 'Messages were pushed and nobody asked for that.')
    }
    if (id === 0) return { places: items.map(placeIn), range: undefined }
    if (!this.#tails.accept(id)) return this.#fetching.asking.accept(id, items)
    return { places: items.map(placeIn), range: undefined, tail: id }
  }
}
