// Which message is said to have decided.

import { expect, test } from 'vitest'
import { openWithProjections } from '../open-projections.ts'
import type { MessageEntry } from '../../../src/log/index.ts'

const note = (title: string, supersedes?: string) => ({
  content: { type: 'memory', title, content: title, ...(supersedes !== undefined && { supersedes }) },
})
const retract = (target: string) => ({ content: { type: 'retract', target } })

function opened() {
  const open = openWithProjections()
  return {
    ...open,
    say: async (draft: { content: object }): Promise<MessageEntry> => (await open.publish(draft))[0] ?? expect.fail(),
    effectOf: (message: MessageEntry) => open.projections.effectOf(message),
  }
}

test('of a retract that is undone the one that undoes it, whatever else is said of its target', async () => {
  const { say, effectOf } = opened()
  const memory = await say(note('a note'))
  const undone = await say(retract(memory.hash))
  const undoing = await say(retract(undone.hash))
  expect(await effectOf(memory)).toEqual({ applied: true })
  const another = await say(retract(memory.hash))
  expect(await effectOf(undone)).toEqual({ applied: false, reason: 'RETRACTED', by: undoing.hash })
  expect(await effectOf(memory)).toEqual({ applied: false, reason: 'RETRACTED', by: another.hash })
})

test('of a version the latest of the same thing, not of one that it hangs on by an edit without effect', async () => {
  const { say, effectOf, projections } = opened()
  const memory = await say(note('a note'))
  const misfit = await say({
    content: { type: 'insight', title: 'no note', observation: '-', supersedes: memory.hash },
  })
  const insight = await say({ content: { type: 'insight', title: 'one', observation: '-', supersedes: misfit.hash } })
  const latest = await say({ content: { type: 'insight', title: 'two', observation: '-', supersedes: misfit.hash } })
  expect(await effectOf(insight)).toEqual({ applied: false, reason: 'SUPERSEDED', by: latest.hash })
  const { first, versions } = await projections.thingOf(latest)
  expect([first, ...versions.map(({ hash }) => hash)]).toEqual([misfit.hash, misfit.hash, insight.hash, latest.hash])
  expect((await projections.thingOf(memory)).versions.map(({ hash }) => hash)).toEqual([memory.hash])
})
