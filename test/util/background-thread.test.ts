import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { getPriority } from 'node:os'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'

const MODULE = new URL('../../src/util/background-thread.ts', import.meta.url).href

/** Priorities of all threads of this process. */
function priorities(): number[] {
  return readdirSync('/proc/self/task').map((thread) => getPriority(Number(thread)))
}

/** Linux alone has a priority for each thread; elsewhere the function must merely do no harm. */
const IS_LINUX = process.platform === 'linux'

test('the thread that yields stands behind all others of its process', async () => {
  const code = `import(${JSON.stringify(MODULE)}).then(({ yieldToOthers }) => {
    yieldToOthers()
    require('node:worker_threads').parentPort.on('message', () => process.exit()).postMessage('yielded')
  })`
  const before = IS_LINUX ? priorities() : []
  const worker = new Worker(code, { eval: true })
  await once(worker, 'message')
  if (IS_LINUX) {
    const behind = Math.min(getPriority() + 10, 19)
    const yielded = (all: readonly number[]) => all.filter((priority) => priority === behind).length
    expect(yielded(priorities())).toBe(yielded(before) + 1)
  }
  worker.postMessage('end')
  await once(worker, 'exit')
})
