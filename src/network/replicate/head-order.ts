// Heads are told in strictly rising order of their author's bytes (spec §3): no feed is told twice, and a telling cannot go round in circles.

import { ReplicateError } from './errors.ts'
import type { ToldHead } from './frames.ts'

/** The order of one telling after another. */
export class HeadOrder {
  #last: Buffer = NOTHING

  /** A new telling begins. */
  begin(): void {
    this.#last = NOTHING
  }

  /** @throws ReplicateError `REPLICATE_FRAME_INVALID` */
  admit(heads: readonly ToldHead[]): void {
    for (const { author } of heads) {
      const key = keyIn(author)
      if (Buffer.compare(this.#last, key) >= 0) {
        throw new ReplicateError('REPLICATE_FRAME_INVALID', 'Heads must be told in order of author, each once.', {
          author,
        })
      }
      this.#last = key
    }
  }
}

const NOTHING = Buffer.alloc(0)

/** The bytes in an author's name, which the decoder made of a key: it need not be checked again. */
function keyIn(author: string): Buffer {
  return Buffer.from(author.slice(1, author.indexOf('.')), 'base64')
}
