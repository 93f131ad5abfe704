import { Uint8ArrayList } from 'uint8arraylist'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ANSWER_MS, UNSENT_BYTES_MAX, WRITE_BUFFER_BYTES_MAX } from '../../../src/network/replicate/constants.ts'
import { wireFrom } from '../../../src/network/replicate/wire.ts'
import type { Stream } from '@libp2p/interface'

/** As much of a libp2p stream as waiting for room looks at. */
class FullStream extends EventTarget {
  writeBufferLength = WRITE_BUFFER_BYTES_MAX
  readonly sent: unknown[] = []

  send(bytes: unknown): void {
    this.sent.push(bytes)
  }
}

const patient = new AbortController().signal

function full() {
  const stream = new FullStream()
  // Only events and the length of the buffer are looked at.
  return { stream, wire: wireFrom(stream as unknown as Stream) }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})

afterEach(() => {
  vi.useRealTimers()
})

test('a stream in which more than 1 MiB waits takes nothing more', () => {
  const { stream, wire } = full()
  stream.writeBufferLength = UNSENT_BYTES_MAX
  wire.send(new Uint8ArrayList())
  stream.writeBufferLength++
  expect(() => wire.send(new Uint8ArrayList())).toThrow(expect.objectContaining({ code: 'REPLICATE_TIMEOUT' }))
  expect(stream.sent.length).toBe(1)
})

describe('room to send', () => {
  test('is there while less than 256 KiB wait', async () => {
    const { stream, wire } = full()
    stream.writeBufferLength--
    await wire.roomToSend(patient)
  })

  test('comes each time the buffer drains, not only the first', async () => {
    const { stream, wire } = full()
    for (const event of ['drain', 'idle', 'drain']) {
      stream.writeBufferLength = WRITE_BUFFER_BYTES_MAX
      let isThere = false
      const room = wire.roomToSend(patient).then(() => {
        isThere = true
      })
      stream.dispatchEvent(new Event('drain'))
      await new Promise((resolve) => setImmediate(resolve))
      expect(isThere).toBe(false)
      stream.writeBufferLength = 0
      stream.dispatchEvent(new Event(event))
      await room
    }
  })

  test('that does not come for 30 s, or no more, is an error', async () => {
    const stalled = full()
    const waiting = expect(stalled.wire.roomToSend(patient)).rejects.toMatchObject({
      code: 'REPLICATE_TIMEOUT',
      details: { waitingFor: 'room to send' },
    })
    await vi.advanceTimersByTimeAsync(ANSWER_MS)
    await waiting
    const closed = full()
    const lost = expect(closed.wire.roomToSend(patient)).rejects.toMatchObject({ code: 'REPLICATE_STREAM_LOST' })
    closed.stream.dispatchEvent(new Event('close'))
    await lost
  })

  test('is no longer waited for when the signal aborts', async () => {
    const { wire } = full()
    const stop = new AbortController()
    const room = wire.roomToSend(stop.signal)
    stop.abort()
    await room
    await wire.roomToSend(stop.signal)
  })
})
