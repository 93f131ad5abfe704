// What one peer is served per second. A peer that asks for everything again and again waits; others do not.

import { SERVED_BYTES_BURST, SERVED_BYTES_PER_SECOND } from '../constants.ts'
import { Share } from '../share.ts'

/** One peer's share, over all its streams. */
export class ServedShare extends Share {
  constructor() {
    super(SERVED_BYTES_PER_SECOND, SERVED_BYTES_BURST)
  }
}
