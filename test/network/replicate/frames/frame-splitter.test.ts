import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FRAME_BYTES_ACCEPTED_MAX } from '../../../../src/network/replicate/constants.ts'
import { encodeFrame } from '../../../../src/network/replicate/frames/encode-frame.ts'
import { FrameSplitter } from '../../../../src/network/replicate/frames/frame-splitter.ts'
import { anyFrame } from '../frame-arbitraries.ts'

test('frames come out whole, wherever the chunks were cut', () => {
  const chunks = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 })
  fc.assert(
    fc.property(fc.array(anyFrame, { maxLength: 6 }), chunks, (frames, sizes) => {
      const encoded = frames.map(encodeFrame)
      const all = Buffer.concat(encoded)
      const splitter = new FrameSplitter()
      const out: { body: Uint8Array; bytes: number }[] = []
      for (let at = 0, cut = 0; at < all.length; cut++) {
        const end = at + (sizes[cut % sizes.length] ?? 1)
        out.push(...splitter.split(all.subarray(at, end)))
        at = end
      }
      expect(out.map(({ bytes }) => bytes)).toEqual(encoded.map(({ length }) => length))
      expect(Buffer.concat(out.map(({ body }) => body))).toEqual(
        Buffer.concat(encoded.map((bytes, index) => bytes.subarray(bytes.length - (out[index]?.body.length ?? 0)))),
      )
      expect(splitter.isBetweenFrames).toBe(true)
    }),
    { numRuns: 200, seed: 1 },
  )
})

describe('a length prefix', () => {
  const FOUR_MIB = [0x80, 0x80, 0x80, 0x02]

  test('of 4 MiB is accepted, and takes no memory before the body comes', () => {
    expect(FRAME_BYTES_ACCEPTED_MAX).toBe(4 * 1024 * 1024)
    const splitter = new FrameSplitter()
    expect([...splitter.split(Buffer.from(FOUR_MIB))]).toEqual([])
    expect(splitter.isBetweenFrames).toBe(false)
    const [frame] = splitter.split(new Uint8Array(FRAME_BYTES_ACCEPTED_MAX))
    expect(frame?.body.length).toBe(FRAME_BYTES_ACCEPTED_MAX)
    expect(frame?.bytes).toBe(FRAME_BYTES_ACCEPTED_MAX + 4)
  })

  test('above 4 MiB is refused before the body comes', () => {
    const tooLarge = expect.objectContaining({ code: 'REPLICATE_FRAME_TOO_LARGE' })
    expect(() => [...new FrameSplitter().split(Buffer.from([0x81, 0x80, 0x80, 0x02]))]).toThrow(tooLarge)
    expect(() => [...new FrameSplitter().split(Buffer.from([0xff, 0xff, 0xff, 0xff]))]).toThrow(tooLarge)
  })

  test('that is cut off leaves the stream inside a frame', () => {
    const splitter = new FrameSplitter()
    expect(splitter.isBetweenFrames).toBe(true)
    expect([...splitter.split(Buffer.from([0x80]))]).toEqual([])
    expect(splitter.isBetweenFrames).toBe(false)
  })
})
