// Heads are told in strictly rising order of their author's bytes (spec §3): no feed is told twice, and a telling cannot go round in circles.

import { ReplicateError } from '../errors.ts'
import { keyIn } from '../trie/author-key.ts'
import type { Have } from '../frames/frames.ts'

/** The order of one telling after another. */
export class HeadOrder {
  #last: Buffer = NOTHING

  /** A new telling begins. */
  begin(): void {
    this.#last = NOTHING
  }

  /** @throws ReplicateError `REPLICATE_FRAME_INVALID` */
  admit({ heads = [], nodes = [] }: Have): void {
    if (nodes.length > 0) throw new ReplicateError('REPLICATE_FRAME_INVALID', 'A list of heads has no nodes of a trie.')
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
