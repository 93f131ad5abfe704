// What a puller has granted and we have not used: the server's side of credit.

import type { Sending } from '../machine.ts'

/** Bytes of Messages frames that may still go out on one stream. */
export class SendingCredit {
  #bytes = 0

  get bytes(): number {
    return this.#bytes
  }

  grant(bytes: number): void {
    this.#bytes = Math.min(this.#bytes + bytes, Number.MAX_SAFE_INTEGER)
  }

  /** Notes a frame that goes out. */
  spend(frame: Sending): Sending {
    this.#bytes -= frame.bytes.length
    return frame
  }
}
