import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openLog } from '../../support/open-log.ts'
import { temporaryDirectory } from '../../support/temporary.ts'
import { openApi } from '../open-api.ts'

/** A backup is made by a worker, which needs a file. */
function openOnDisk() {
  return openApi({ on: openLog({ path: join(temporaryDirectory(), 'egregore.db') }) })
}

test('a backup is answered with its place', async () => {
  const { post } = openOnDisk()
  const { status, data } = await post('/v1/backups', '')
  expect(status).toBe(201)
  expect(data).toMatchObject({ made_at: '2026-01-01T00:00:00Z', bytes: expect.any(Number) })
  expect(existsSync(join(data.path, 'egregore.db'))).toBe(true)
})

test('a second one meanwhile is refused', async () => {
  const { post } = openOnDisk()
  const [first, second] = await Promise.all([post('/v1/backups', ''), post('/v1/backups', '')])
  expect([first.status, second.status].sort()).toEqual([201, 409])
  expect([first, second].find(({ status }) => status === 409)?.error.code).toBe('STORE_BACKUP_RUNNING')
})
