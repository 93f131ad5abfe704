// Lines on their way into a running node, as many in each request as a body takes.

import type { NodeClient } from '../client.ts'
import type { Line } from './lines.ts'
import type { Tally } from './tally.ts'

/** Of JSON in one request. The API takes 1 MiB; its main thread parses this in a few milliseconds, at a node's start in three times as many. */
const BODY_LENGTH_MAX = 256 * 1024

/** Messages in one request, as the API takes them. */
const MESSAGES_MAX = 1_000

/** Requests under way at once: the next is on its way while one is verified. */
const REQUESTS_MAX = 2

/** A line with its text as it stands in a body: spelt once, measured and sent. */
interface Spelt {
  number: number
  json: string
}

/** Sends all of them, and counts what became of each. */
export async function sendLines(client: NodeClient, lines: AsyncIterable<Line>, tally: Tally): Promise<void> {
  const underWay = new Set<Promise<void>>()
  for await (const batch of batchesOf(lines, tally)) {
    const sending = send(client, batch, tally).finally(() => underWay.delete(sending))
    underWay.add(sending)
    if (underWay.size >= REQUESTS_MAX) await Promise.race(underWay)
  }
  await Promise.all(underWay)
}

async function* batchesOf(lines: AsyncIterable<Line>, tally: Tally): AsyncGenerator<Spelt[]> {
  let batch: Spelt[] = []
  let length = 0
  for await (const { number, text } of lines) {
    if (text === undefined) {
      tally.add({ lines: 1, outcomes: {}, refused: [{ line: number, code: 'FEED_TOO_LARGE' }] })
      continue
    }
    const json = JSON.stringify(text)
    if (batch.length === MESSAGES_MAX || (batch.length > 0 && length + json.length > BODY_LENGTH_MAX)) {
      yield batch
      batch = []
      length = 0
    }
    batch.push({ number, json })
    length += json.length
  }
  if (batch.length > 0) yield batch
}

async function send(client: NodeClient, batch: readonly Spelt[], tally: Tally): Promise<void> {
  const body = `{"messages":[${batch.map(({ json }) => json).join(',')}]}`
  const { outcomes, refused } = (await client.post('/v1/import', { json: body })).data
  tally.add({
    lines: batch.length,
    outcomes,
    refused: refused.map(({ index, code }) => ({ line: batch[index]?.number ?? 0, code })),
  })
}
