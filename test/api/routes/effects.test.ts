// What a message shows of what others of its author did to it.

import { expect, test } from 'vitest'
import { itemOf } from '../../support/feeds.ts'
import { openLog } from '../../support/open-log.ts'
import { openApi } from '../open-api.ts'
import type { OpenApi } from '../open-api.ts'

const memory = (content: string, more: object = {}) => ({ type: 'memory', content, ...more })
const retract = (target: unknown, more: object = {}) => ({ type: 'retract', target, ...more })

/** Publishes contents in order, each made with the hashes of those before it. */
async function say(open: OpenApi, ...contents: ((hashes: string[]) => object)[]): Promise<string[]> {
  const hashes: string[] = []
  for (const content of contents) {
    const { data } = await open.post('/v1/publish', { content: content(hashes) })
    hashes.push(data.hash)
  }
  return hashes
}

async function effectsOf({ get }: OpenApi, hashes: readonly string[]): Promise<unknown[]> {
  const answers = await Promise.all(hashes.map((hash) => get(`/v1/message/${hash}`)))
  return answers.map(({ data }) => data.local.effect)
}

test('what replaced a message, and what took it back', async () => {
  const open = openApi()
  const said = await say(
    open,
    () => memory('first'),
    ([first]) => memory('second', { supersedes: first }),
    () => memory('other'),
    ([, , other]) => retract(other),
  )
  const [first, second, , taking] = said
  expect(await effectsOf(open, said)).toEqual([
    { applied: false, reason: 'SUPERSEDED', by: second },
    { applied: true },
    { applied: false, reason: 'RETRACTED', by: taking },
    { applied: true },
  ])
  const undone = await say(
    open,
    () => retract(taking),
    () => retract(first, { erase: true }),
  )
  expect(await effectsOf(open, [...said, ...undone])).toEqual([
    { applied: false, reason: 'ERASED', by: undone[1] },
    { applied: false, reason: 'ERASED', by: undone[1] },
    { applied: true },
    { applied: false, reason: 'RETRACTED', by: undone[0] },
    { applied: true },
    { applied: true },
  ])
})

test('what has no effect says why, and its publisher was warned', async () => {
  const open = openApi()
  const theirs = await openLog({ seed: 2 }).log.publish({ content: memory('theirs') })
  await open.log.ingest([itemOf(theirs)], 'a peer')
  const [ours = '', erasure] = await say(
    open,
    () => memory('ours'),
    () => retract('f'.repeat(64), { erase: true }),
  )
  const cases = [
    [memory('edit', { supersedes: theirs.hash }), 'NOT_THE_AUTHOR', 'content.supersedes'],
    [retract(theirs.hash), 'NOT_THE_AUTHOR', 'content.target'],
    [{ type: 'insight', title: 'x', observation: 'y', supersedes: ours }, 'OTHER_TYPE', 'content.supersedes'],
    [retract(erasure), 'ERASURE_IS_FINAL', 'content.target'],
  ] as const
  for (const [content, reason, field] of cases) {
    const { data, metadata } = await open.post('/v1/publish', { content })
    expect(metadata.warnings).toEqual([{ code: 'WITHOUT_EFFECT', field, message: expect.stringContaining(field) }])
    expect(await effectsOf(open, [data.hash])).toMatchObject([{ applied: false, reason }])
  }
  const { data } = await open.post('/v1/publish', { content: retract('no hash') })
  expect(await effectsOf(open, [data.hash])).toEqual([{ applied: false, reason: 'NOT_A_HASH' }])
  expect(await effectsOf(open, [theirs.hash, ours])).toEqual([{ applied: true }, { applied: true }])
})

test('a claim on what is not held waits, and says so', async () => {
  const open = openApi()
  const missing = '0'.repeat(64)
  const { data, metadata } = await open.post('/v1/publish', { content: retract(missing) })
  expect(metadata.warnings).toMatchObject([{ code: 'WITHOUT_EFFECT', field: 'content.target' }])
  expect(await effectsOf(open, [data.hash])).toEqual([{ applied: true, reason: 'TARGET_NOT_HELD' }])
})

test('lists show everything that was said, with a flag on what is not in force', async () => {
  const open = openApi()
  await say(
    open,
    () => memory('first'),
    ([first]) => memory('second', { supersedes: first }),
    ([, second]) => retract(second),
  )
  const { data } = await open.get('/v1/feed?include_self=true')
  const flags = data.map(({ local }: { local: { flags: string[] } }) => local.flags)
  expect(flags).toEqual([[], ['retracted'], []])
})
