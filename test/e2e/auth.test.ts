import { chmodSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runVerb, startNode } from '../support/node-process.ts'

test('with --api-auth token verbs show the token by themselves, and nobody else gets in', async () => {
  const { dataDir, api } = await startNode({ flags: ['--offline', '--api-auth', 'token'] })
  const path = join(dataDir, 'api.token')
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect((await fetch(`${api}/v1/status`)).status).toBe(401)
  expect((await fetch(`${api}/health`)).status).toBe(200)
  const authorization = `Bearer ${readFileSync(path, 'utf8').trim()}`
  expect((await fetch(`${api}/v1/status`, { headers: { authorization } })).status).toBe(200)

  const on = ['--data-dir', dataDir]
  expect((await runVerb(['publish', 'with the token', ...on])).exitCode).toBe(0)
  expect((await runVerb(['status', ...on])).stdout).toContain('with the token in api.token')
  rmSync(path)
  const refused = await runVerb(['status', '--json', ...on])
  expect(refused.exitCode).toBe(5)
  expect(JSON.parse(refused.stderr)).toMatchObject({ error: { code: 'UNAUTHORIZED' } })
})

test('a token that others can read keeps the node from starting', async () => {
  const first = await startNode({ flags: ['--offline', '--api-auth', 'token-writes'] })
  await first.stop()
  const path = join(first.dataDir, 'api.token')
  chmodSync(path, 0o644)
  const verb = [
    'start',
    '--offline',
    '--port',
    '0',
    '--api-auth',
    'token-writes',
    '--data-dir',
    first.dataDir,
    '--json',
  ]
  const { exitCode, stderr } = await runVerb(verb)
  expect(exitCode).toBe(1)
  expect(stderr).toContain('STORE_TOKEN_EXPOSED')
  expect(stderr).toContain(`chmod 600 ${path}`)
})

test('with --api-bind 0.0.0.0 the API is called at other addresses of the machine, with the token', async () => {
  const flags = ['--offline', '--api-bind', '0.0.0.0', '--api-auth', 'token']
  const { dataDir, api } = await startNode({ flags })
  const authorization = `Bearer ${readFileSync(join(dataDir, 'api.token'), 'utf8').trim()}`
  const elsewhere = api.replace('127.0.0.1', '127.0.0.2')
  expect((await fetch(`${elsewhere}/v1/status`)).status).toBe(401)
  expect((await fetch(`${elsewhere}/v1/status`, { headers: { authorization } })).status).toBe(200)
  expect(await runVerb(['status', '--data-dir', dataDir])).toMatchObject({ exitCode: 0 })
  const { api: own } = await startNode({ flags: ['--offline'] })
  await expect(fetch(own.replace('127.0.0.1', '127.0.0.2'))).rejects.toThrow()
})

test('hosts and origins that are configured may call', async () => {
  const { api } = await startNode({
    flags: ['--offline', '--api-host', 'Desk.example.org', '--api-origin', 'http://localhost:3000'],
  })
  const allowed = await fetch(`${api}/v1/status`, { headers: { origin: 'http://localhost:3000' } })
  expect(allowed.status).toBe(200)
  const refused = await fetch(`${api}/v1/status`, { headers: { origin: 'http://localhost:3001' } })
  expect(refused.status).toBe(403)
})
