import { expect, test } from 'vitest'
import { hookInit, publish, startHook } from '../../hooks/open-hooks.ts'
import { openReceiver } from '../../support/receiver.ts'
import { openApi } from '../open-api.ts'
import type { OpenHooks } from '../../hooks/open-hooks.ts'
import type { OpenApi } from '../open-api.ts'

const NAME = 'team/alerts & more'
const LETTERS = `/v1/hooks/${encodeURIComponent(NAME)}/dead-letters`
const OTHER_HASH = 'ab'.repeat(32)

/** An API beside a hook whose receiver answers with one status after another, and then takes everything. */
async function openBoth(...statuses: number[]): Promise<OpenApi & OpenHooks & { url: string }> {
  const receiver = await openReceiver((response) => response.writeHead(statuses.shift() ?? 204).end())
  const target = { kind: 'webhook', url: `${receiver.url}/secret?token=secret` } as const
  const opened = startHook(hookInit({ name: NAME, target }))
  return { ...opened, ...openApi({ on: opened, hooks: opened.hooks }), url: receiver.url }
}

test('hooks are listed with their state, and of a URL only its origin', async () => {
  const { get, url, settled, ...on } = await openBoth(500, 204)
  await publish(on, 'fails')
  await settled()
  await publish(on, 'is taken')
  await settled()
  const expected = {
    name: NAME,
    kind: 'webhook',
    target: url,
    cursor: 2,
    lag: 0,
    under_way: 0,
    delivered: 1,
    skipped: 0,
    failed: 1,
    dead_letters: 1,
    last_error: { time: '2026-01-01T00:00:00Z', reason: 'It answered 500.' },
  }
  const [list, status] = [await get('/v1/hooks'), await get('/v1/status')]
  expect(list.data).toEqual([expected])
  expect(status.data.hooks).toEqual([expected])
  expect(list.text + status.text).not.toContain('secret')
})

test('dead letters are listed, tried again and dropped', async () => {
  const { get, call, settled, ...on } = await openBoth(500, 500, 500)
  const { hash, author } = await publish(on, 'a')
  await settled()
  expect((await get(LETTERS)).data).toEqual([
    { hash, author, attempts: 1, reason: 'It answered 500.', output: '', failed_at: '2026-01-01T00:00:00Z' },
  ])
  expect(await call('POST', `${LETTERS}/${hash}/retry`)).toMatchObject({ status: 204 })
  await settled()
  expect((await get(LETTERS)).data).toMatchObject([{ hash, attempts: 2 }])
  expect(await call('DELETE', `${LETTERS}/${hash}`)).toMatchObject({ status: 204 })
  expect((await get(LETTERS)).data).toEqual([])
})

test('all letters can be tried again, and dropped', async () => {
  const { get, call, settled, ...on } = await openBoth(500, 500)
  await publish(on, 'a')
  await publish(on, 'b')
  await settled()
  expect(await call('POST', `${LETTERS}/all/retry`)).toMatchObject({ status: 204 })
  await settled()
  expect((await get(LETTERS)).data).toEqual([])
  expect(await call('DELETE', `${LETTERS}/all`)).toMatchObject({ status: 204 })
})

test('what is not there is refused', async () => {
  const on = await openBoth(500)
  const { get, call, settled } = on
  const { hash } = await publish(on, 'a')
  await settled()
  expect(await get('/v1/hooks/nobody/dead-letters')).toMatchObject({ status: 404, error: { code: 'HOOK_UNKNOWN' } })
  for (const [method, path] of [
    ['POST', '/retry'],
    ['DELETE', ''],
  ] as const) {
    expect(await call(method, `${LETTERS}/nothing${path}`)).toMatchObject({
      status: 400,
      error: { code: 'INVALID_HASH' },
    })
    const unknown = await call(method, `${LETTERS}/${OTHER_HASH}${path}`)
    expect(unknown).toMatchObject({ status: 404, error: { code: 'HOOK_LETTER_UNKNOWN' } })
  }
  on.database.exec('DELETE FROM entries')
  const gone = await call('POST', `${LETTERS}/${hash}/retry`)
  expect(gone).toMatchObject({ status: 409, error: { code: 'HOOK_MESSAGE_GONE' } })
})
