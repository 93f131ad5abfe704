import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { expect, onTestFinished, test, vi } from 'vitest'
import { WorkerVerifying } from '../../src/log/index.ts'
import { chainOf, insights, itemOf } from '../support/feeds.ts'
import { identityOf, openLog } from '../support/open-log.ts'
import { SILENT } from '../support/open-network.ts'
import type { SealedMessage } from '../../src/feed/index.ts'

const THREAD = new URL('../../src/verifying-thread.ts', import.meta.url)

/** A thread that dies of the first thing that it is asked. */
const MORTAL = `require('node:worker_threads').parentPort.once('message', () => { throw new Error('broken') })`

function openVerifying(startWorker = () => new Worker(THREAD)) {
  const threads: Worker[] = []
  const time = { now: 0 }
  const warn = vi.fn()
  const verifying = new WorkerVerifying({
    startWorker: () => {
      const thread = startWorker()
      threads.push(thread)
      return thread
    },
    clock: () => time.now,
    logger: { ...SILENT, warn },
  })
  onTestFinished(() => verifying.close())
  return { verifying, threads, time, warn }
}

/** Every third has the signature of another message. */
function mixed(count: number): { messages: SealedMessage[]; areRight: boolean[] } {
  const chain = chainOf(identityOf(7), insights(count + 1))
  const messages = chain.slice(0, count).map((message, index) => {
    const wrong = chain[index + 1]?.signature ?? message.signature
    return index % 3 === 0 ? { ...message, signature: wrong } : message
  })
  return { messages, areRight: messages.map((_, index) => index % 3 !== 0) }
}

test('fewer than 16 at once start no thread, 16 do; both are answered one by one and in order', async () => {
  const { verifying, threads } = openVerifying()
  const few = mixed(15)
  expect(await verifying.verify(few.messages)).toEqual(few.areRight)
  expect(threads).toHaveLength(0)
  const many = mixed(16)
  expect(await verifying.verify(many.messages)).toEqual(many.areRight)
  expect(threads).toHaveLength(1)
})

test('one thread answers all that is asked at once', async () => {
  const { verifying, threads } = openVerifying()
  const { messages, areRight } = mixed(20)
  const answers = await Promise.all(Array.from({ length: 8 }, () => verifying.verify(messages)))
  expect(answers).toEqual(new Array(8).fill(areRight))
  expect(threads).toHaveLength(1)
})

test('what a thread takes along when it dies is checked nevertheless; it is said once, and a minute later another one is tried', async () => {
  const { verifying, threads, time, warn } = openVerifying(() => new Worker(MORTAL, { eval: true }))
  const { messages, areRight } = mixed(20)
  for (const [now, started] of [
    [0, 1],
    [59_999, 1],
    [60_000, 2],
  ] as const) {
    time.now = now
    expect(await verifying.verify(messages)).toEqual(areRight)
    expect(threads).toHaveLength(started)
    expect(warn).toHaveBeenCalledTimes(started)
  }
  expect(warn).toHaveBeenCalledWith(
    { err: expect.objectContaining({ message: 'broken' }), restMs: 60_000 },
    expect.any(String),
  )
})

test('where no thread can be started the pool does all', async () => {
  const { verifying, warn } = openVerifying(() => {
    throw new Error('no more threads')
  })
  const { messages, areRight } = mixed(20)
  expect(await verifying.verify(messages)).toEqual(areRight)
  expect(await verifying.verify(messages)).toEqual(areRight)
  expect(warn).toHaveBeenCalledTimes(1)
})

test('a thread that was asked nothing for ten seconds is ended, which nobody is told', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const { verifying, threads, warn } = openVerifying()
  const { messages, areRight } = mixed(20)
  await verifying.verify(messages)
  const exited = once(threads[0] as Worker, 'exit') // As: the first was started by the line above.
  vi.advanceTimersByTime(10_000)
  expect(await verifying.verify(messages)).toEqual(areRight)
  await exited
  expect(threads).toHaveLength(2)
  expect(warn).not.toHaveBeenCalled()
})

test('closing ends the thread and answers what is under way; what comes later starts no other one', async () => {
  const { verifying, threads, warn } = openVerifying()
  const { messages, areRight } = mixed(20)
  const underWay = verifying.verify(messages)
  const exited = once(threads[0] as Worker, 'exit') // As: the first was started at once.
  await verifying.close()
  await exited
  expect(await underWay).toEqual(areRight)
  await verifying.close()
  expect(await verifying.verify(messages)).toEqual(areRight)
  expect(threads).toHaveLength(1)
  expect(warn).not.toHaveBeenCalled()
})

test('a log that verifies in a thread takes what is right and names what is not', async () => {
  const { verifying } = openVerifying()
  const { log } = openLog({ verifying })
  const { messages, areRight } = mixed(30)
  const results = await log.ingest(messages.map(itemOf), 'a peer')
  expect(results).toEqual(
    areRight.map((isRight) => (isRight ? { outcome: 'appended' } : { error: 'FEED_SIGNATURE_INVALID' })),
  )
})
