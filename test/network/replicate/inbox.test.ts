import { expect, test } from 'vitest'
import { UNREAD_BYTES_MAX } from '../../../src/network/replicate/constants.ts'
import { Inbox } from '../../../src/network/replicate/inbox.ts'

const bytes = (length: number, value = 1) => new Uint8Array(length).fill(value)

/** All that waits, as one piece. */
async function takeAll(inbox: Inbox): Promise<Buffer[]> {
  const chunks: Buffer[] = []
  while (inbox.bytes > 0) chunks.push(Buffer.from((await inbox.take())?.subarray() ?? []))
  return chunks
}

test('chunks are taken in the order in which they came, also by whoever waits for them', async () => {
  const inbox = new Inbox()
  const first = inbox.take()
  inbox.put(bytes(1))
  inbox.put(bytes(2))
  inbox.end(undefined)
  const taken = [await first, await inbox.take(), await inbox.take()]
  expect(taken.map((chunk) => chunk?.byteLength)).toEqual([1, 2, undefined])
})

test('small chunks that wait lie side by side, large ones stay as they are, and nothing changes places', async () => {
  const inbox = new Inbox()
  const sizes = [5_000, ...Array.from({ length: 100_000 }, (_, index) => 1 + (index % 7)), 5_000, 3, 3, 60_000]
  const said = sizes.map((size, index) => bytes(size, index % 251))
  for (const chunk of said) inbox.put(chunk)
  expect(inbox.bytes).toBe(sizes.reduce((sum, size) => sum + size, 0))
  const taken = await takeAll(inbox)
  expect(taken.length).toBeLessThan(40)
  expect(Buffer.compare(Buffer.concat(taken), Buffer.concat(said))).toBe(0)
})

test('what was taken does not change when more comes', async () => {
  const inbox = new Inbox()
  for (let value = 1; value <= 3; value++) inbox.put(bytes(1, value))
  const [one, block] = [await inbox.take(), await inbox.take()]
  inbox.put(bytes(1, 4))
  inbox.put(bytes(1, 5))
  expect([one, block].map((chunk) => [...(chunk?.subarray() ?? [])])).toEqual([[1], [2, 3]])
})

test('4 MiB wait and no more: then the stream is lost, and what waited with it', async () => {
  const inbox = new Inbox()
  for (let waiting = 0; waiting < UNREAD_BYTES_MAX; waiting += 65_536) inbox.put(bytes(65_536))
  expect(await inbox.take()).toHaveLength(65_536)
  inbox.put(bytes(65_536))
  inbox.put(bytes(1))
  await expect(inbox.take()).rejects.toMatchObject({ code: 'REPLICATE_TOO_MANY' })
})

test('what came before the end is taken before the error of a lost stream', async () => {
  const inbox = new Inbox()
  inbox.put(bytes(1))
  inbox.end(new Error('lost'))
  inbox.put(bytes(2))
  expect(await inbox.take()).toEqual(bytes(1))
  await expect(inbox.take()).rejects.toThrow('lost')
})
