// Whether lines are messages that their authors signed, told without any node.

import { FeedError, itemOfSignedText, openItem, verifySignature } from '../../feed/index.ts'
import type { Line } from './lines.ts'
import type { Refused, Tally } from './tally.ts'

/** Signatures in flight at once: enough for every core. */
const BATCH = 256

/** Counts what is valid and names what is not. */
export async function verifyLines(lines: AsyncIterable<Line>, tally: Tally): Promise<void> {
  let batch: Line[] = []
  for await (const line of lines) {
    if (batch.push(line) < BATCH) continue
    await verifyBatch(batch, tally)
    batch = []
  }
  await verifyBatch(batch, tally)
}

async function verifyBatch(batch: readonly Line[], tally: Tally): Promise<void> {
  const answers = await Promise.all(batch.map(codeOf))
  const refused = answers.flatMap(
    (code, at): Refused[] => (code === undefined ? [] : [{ line: (batch[at] as Line).number, code }]), // As: one answer for each line.
  )
  tally.add({ lines: batch.length, outcomes: { valid: batch.length - refused.length }, refused })
}

/** Undefined for a message that is what its author signed. */
async function codeOf({ text }: Line): Promise<string | undefined> {
  if (text === undefined) return 'FEED_TOO_LARGE'
  try {
    const message = openItem(itemOfSignedText(text))
    return (await verifySignature(message)) ? undefined : 'FEED_SIGNATURE_INVALID'
  } catch (error) {
    if (error instanceof FeedError) return error.code
    throw error
  }
}
