import { Uint8ArrayList } from 'uint8arraylist'
import { expect, test } from 'vitest'
import { encodeFrame } from '../../../src/network/replicate/frames/encode-frame.ts'
import { nodeOf, serveOver } from './pair.ts'
import { wirePair } from './wire-pair.ts'

test('the event loop turns while the many frames of one chunk are taken in', async () => {
  const empty = encodeFrame({ kind: 'want' })
  const wants = new Uint8Array(256 * 1024).map((_, index) => empty[index % empty.length] ?? 0)
  const wholeWants = wants.subarray(0, wants.length - (wants.length % empty.length))
  const wires = wirePair()
  const served = serveOver(wires.server, nodeOf(1))
  // The last frame has no place, so that the end of the stream tells when all were taken in.
  const last = encodeFrame({ kind: 'done', id: 1, code: 'answered' })
  wires.puller.send(new Uint8ArrayList(encodeFrame({ kind: 'have', scope: 'all' }), wholeWants, last))
  let turns = 0
  let counting = setImmediate(function count() {
    turns++
    counting = setImmediate(count)
  })
  expect(await served).toMatchObject({ code: 'REPLICATE_FRAME_UNEXPECTED' })
  clearImmediate(counting)
  expect(turns).toBeGreaterThan(3)
})
