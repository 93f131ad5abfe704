// The lines of a file of any size, each with its number. A line that is longer than any message is skipped as it comes: it never stands in
// memory as a whole.

/** One line; without text when it was too long. */
export interface Line {
  /** From 1, as an editor counts. */
  number: number
  text: string | undefined
}

/** A message as an answer of the API has it: 128 KiB of signed text, its hash and signature, and what a node adds behind them. */
export const LINE_BYTES_MAX = 256 * 1024

const LINE_END = 0x0a

/** Lines without their ends; empty ones are counted and left out. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  const line = new GrowingLine()
  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf(LINE_END); end >= 0; end = chunk.indexOf(LINE_END, start)) {
      line.add(chunk.subarray(start, end))
      yield* line.taken()
      start = end + 1
    }
    line.add(chunk.subarray(start))
  }
  yield* line.taken()
}

class GrowingLine {
  #number = 1
  #parts: Uint8Array[] = []
  #bytes = 0

  add(part: Uint8Array): void {
    this.#bytes += part.byteLength
    if (this.#bytes <= LINE_BYTES_MAX) this.#parts.push(part)
    else this.#parts = []
  }

  *taken(): Generator<Line> {
    const text = this.#bytes > LINE_BYTES_MAX ? undefined : Buffer.concat(this.#parts).toString('utf8').trim()
    const number = this.#number++
    this.#parts = []
    this.#bytes = 0
    if (text !== '') yield { number, text }
  }
}
