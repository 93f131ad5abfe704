// The other side of a stream, played by a test: it says what the test says, well-formed or not, and hears what the real side answers.

import { Uint8ArrayList } from 'uint8arraylist'
import { decodeFrame } from '../../../src/network/replicate/frames/decode-frame.ts'
import { encodeFrame } from '../../../src/network/replicate/frames/encode-frame.ts'
import { FrameSplitter } from '../../../src/network/replicate/frames/frame-splitter.ts'
import type { Frame } from '../../../src/network/replicate/frames/frames.ts'
import type { Wire } from '../../../src/network/replicate/wire.ts'

/** One end of a wire pair in a test's hands. */
export class ScriptedPeer {
  readonly #wire: Wire
  readonly #heard: Frame[] = []
  /** How the other side ended: undefined while it has not. */
  end: 'closed' | 'reset' | undefined
  #wake = (): void => {}

  /** @param closesAfter - whether it closes its side when the other side has closed, as a peer should */
  constructor(wire: Wire, { closesAfter = true } = {}) {
    this.#wire = wire
    void this.#listen(closesAfter)
  }

  /** Sends frames, or bytes that need not be any. */
  say(...said: readonly (Frame | Uint8Array)[]): void {
    for (const part of said) this.#wire.send(new Uint8ArrayList(part instanceof Uint8Array ? part : encodeFrame(part)))
  }

  /** The next frame of this kind; frames of other kinds before it are passed over. Fails when the other side ends first. */
  async hear<Kind extends Frame['kind']>(kind: Kind): Promise<Extract<Frame, { kind: Kind }>> {
    for (;;) {
      const frame = this.#heard.shift()
      // The kind was just compared.
      if (frame?.kind === kind) return frame as Extract<Frame, { kind: Kind }>
      if (frame !== undefined) continue
      if (this.end !== undefined) throw new Error(`The other side ended (${this.end}) and never said ${kind}.`)
      await this.#change()
    }
  }

  /** Everything that is said until the other side ends. */
  async hearAll(): Promise<Frame[]> {
    while (this.end === undefined) await this.#change()
    return this.#heard.splice(0)
  }

  close(): Promise<void> {
    return this.#wire.close()
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  async #listen(closesAfter: boolean): Promise<void> {
    const splitter = new FrameSplitter()
    try {
      for await (const chunk of this.#wire.chunks) {
        for (const { body } of splitter.split(chunk)) this.#heard.push(decodeFrame(body))
        this.#wake()
      }
      this.end = 'closed'
      if (closesAfter) await this.#wire.close()
    } catch {
      this.end = 'reset'
    }
    this.#wake()
  }
}
