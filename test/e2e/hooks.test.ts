import { expect, test } from 'vitest'
import { hookScript, RECORD } from '../support/hook-script.ts'
import { eventually, startNode } from '../support/node-process.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import type { AnsweredMessage } from '../support/node-process.ts'

test('a command gets each new message as REST answers it, and goes on where it was after kill -9', async () => {
  const dataDir = temporaryDirectory()
  const hook = hookScript(RECORD)
  const flags = ['--offline', '--hook-on-message', hook.path]
  const before = await startNode({ dataDir, flags: ['--offline'] })
  await before.publish('before there was a hook')
  await before.stop()

  const node = await startNode({ dataDir, flags })
  const first = await node.publish('while it runs')
  const answered = await (await fetch(`${node.api}/v1/message/${first}`)).text()
  await eventually(() => expect(hook.lines('messages')).toHaveLength(1))
  expect(answered).toContain(hook.lines('messages')[0])
  await node.stop('SIGKILL')

  const without = await startNode({ dataDir, flags: ['--offline'] })
  const second = await without.publish('while no hook listened')
  await without.stop()

  await startNode({ dataDir, flags })
  await eventually(() => expect(hashesOf(hook.lines('messages'))).toContain(second))
  expect(hashesOf(hook.lines('messages')).filter((hash) => hash !== first)).toEqual([second])
})

function hashesOf(lines: readonly string[]): string[] {
  return lines.map((line) => (JSON.parse(line) as AnsweredMessage).hash) // As: written by a node of ours.
}
