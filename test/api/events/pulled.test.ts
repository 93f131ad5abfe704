import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { pulled } from '../../../src/api/events/pulled.ts'
import type { PulledInit } from '../../../src/api/events/pulled.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
})

afterEach(() => {
  vi.useRealTimers()
})

const bytes = (text: string) => Buffer.from(text)

async function* never(signal: AbortSignal): AsyncGenerator<Uint8Array> {
  if (signal.aborted) return
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
}

function open(init: Partial<PulledInit>): { stream: ReadableStream<Uint8Array>; ended: () => number } {
  let ended = 0
  const stream = pulled({
    chunks: never,
    word: () => bytes('word'),
    wordEveryMs: 1_000,
    stopping: new AbortController().signal,
    ended: () => ended++,
    ...init,
  })
  return { stream, ended: () => ended }
}

async function textOf(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string | undefined> {
  const { value } = await reader.read()
  return value && Buffer.from(value).toString()
}

test('a reader that waits hears a word, again and again', async () => {
  const { stream } = open({})
  const reader = stream.getReader()
  for (let count = 0; count < 3; count++) {
    const heard = textOf(reader)
    vi.advanceTimersByTime(1_000)
    expect(await heard).toBe('word')
  }
  await reader.cancel()
})

test('words that nobody takes are not heaped up, and end with the stream', async () => {
  const said = vi.fn(() => bytes('word'))
  const { stream } = open({ word: said })
  vi.advanceTimersByTime(20_000)
  expect(said).toHaveBeenCalledTimes(1)
  await stream.cancel()
  expect(vi.getTimerCount()).toBe(0)
})

test('pieces are made when they are asked for, and one that comes late comes after the words', async () => {
  const made: string[] = []
  const late = Promise.withResolvers<void>()
  async function* chunks(): AsyncGenerator<Uint8Array> {
    made.push('a')
    yield bytes('a')
    await late.promise
    yield bytes('b')
  }
  const { stream, ended } = open({ chunks })
  expect(made).toEqual([])
  const reader = stream.getReader()
  expect(await textOf(reader)).toBe('a')
  const heard = textOf(reader)
  vi.advanceTimersByTime(1_000)
  expect(await heard).toBe('word')
  late.resolve()
  expect(await textOf(reader)).toBe('b')
  expect(await textOf(reader)).toBeUndefined()
  expect(ended()).toBe(1)
})

test('a reader that leaves ends it once, also while a piece is being made', async () => {
  const begun = Promise.withResolvers<void>()
  const aborted = Promise.withResolvers<void>()
  async function* chunks(signal: AbortSignal): AsyncGenerator<Uint8Array> {
    begun.resolve()
    yield* never(signal)
    aborted.resolve()
  }
  const { stream, ended } = open({ chunks })
  const reader = stream.getReader()
  const reading = reader.read()
  await begun.promise
  await reader.cancel()
  expect(await reading).toEqual({ done: true, value: undefined })
  await aborted.promise
  expect(ended()).toBe(1)
})

test('stopping ends a stream whose reader waits', async () => {
  const stopping = new AbortController()
  const { stream, ended } = open({ stopping: stopping.signal })
  const reading = stream.getReader().read()
  stopping.abort()
  expect(await reading).toEqual({ done: true, value: undefined })
  expect(ended()).toBe(1)
})
