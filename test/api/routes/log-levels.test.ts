import { expect, test } from 'vitest'
import { LogLevels } from '../../../src/logger.ts'
import { openApi } from '../open-api.ts'

const PATH = '/v1/log-levels'

test('levels are shown, changed and given up', async () => {
  const levels = new LogLevels('network=debug,warn')
  const { get, post } = openApi({ levels })
  expect((await get(PATH)).data).toMatchObject({ default: 'warn', parts: { network: 'debug', api: 'warn' } })
  const changed = await post(PATH, { default: 'error', parts: { network: 'default', api: 'debug' } })
  expect(changed).toMatchObject({ status: 200, data: { default: 'error', parts: { network: 'error', api: 'debug' } } })
  expect([levels.default, levels.of('network'), levels.of('api'), levels.of('hooks')]).toEqual([
    'error',
    'error',
    'debug',
    'error',
  ])
  expect((await get(PATH)).data).toEqual(changed.data)
  expect((await post(PATH, {})).data).toEqual(changed.data)
})

test.each([
  [{ default: 'loud' }, 'default'],
  [{ default: 'default' }, 'default'],
  [{ parts: { network: 'loud' } }, 'parts.network'],
  [{ parts: { net: 'debug' } }, 'parts'],
  [{ network: 'debug' }, ''],
])('%j is refused, and changes nothing', async (body, field) => {
  const levels = new LogLevels('info')
  const { status, error } = await openApi({ levels }).post(PATH, body)
  expect([status, error.code, error.details[0]?.field]).toEqual([422, 'INVALID_BODY', field])
  expect(levels.of('network')).toBe('info')
})
