import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { signedText } from '../../src/feed/index.ts'
import { chainOf } from '../support/feeds.ts'
import { runVerb, sharedNode, startNode } from '../support/node-process.ts'
import { identityOf } from '../support/open-log.ts'
import { temporaryDirectory } from '../support/temporary.ts'

/** For those that leave nothing in it that another one counts. */
const lasting = sharedNode('--offline')

test('verbs publish, find, list and describe over the running node', async () => {
  const { dataDir, author } = await startNode({ flags: ['--offline'] })
  const on = ['--data-dir', dataDir]
  const published = await runVerb([
    'publish',
    ...on,
    '--title',
    'API pattern',
    'Rate limiting prevents cascade failures',
  ])
  expect(published).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^published [0-9a-f]{64} as number 1\n$/),
  })
  expect((await runVerb(['search', ...on, 'cascading'])).stdout).toContain('API pattern')
  expect((await runVerb(['feed', ...on, '--all'])).stdout).toContain('API pattern')
  expect((await runVerb(['identity', ...on])).stdout).toContain(author)
  expect((await runVerb(['status', ...on])).stdout).toContain('1 message in 1 feed')
})

test('search shows who says it and who disputes it, and what is superseded only when asked', async () => {
  const { dataDir } = lasting()
  const on = ['--data-dir', dataDir]
  const publish = async (content: object) =>
    JSON.parse((await runVerb(['publish', ...on, '--json', JSON.stringify(content)])).stdout).hash
  const old = await publish({ type: 'memory', content: 'pearls are white', category: 'rules' })
  await publish({ type: 'memory', content: 'pearls are black', category: 'rules', supersedes: old })
  const { stdout } = await runVerb(['search', ...on, '--category', 'rules', 'are', 'pearls', 'black?'])
  expect(stdout).toMatch(/^HASH +AGE +AUTHOR +TYPE +STANCE +TITLE\n[0-9a-f]{8} +\ds +@\S+ +memory +pearls are black\n$/)
  const both = await runVerb(['search', ...on, '--include', 'superseded', '--type', 'memory,insight', 'pearls'])
  expect(both.stdout).toContain('[superseded] pearls are white')
  expect((await runVerb(['search', ...on, '--type', 'insight', 'pearls'])).stdout).toBe('Nothing found.\n')
  const refused = await runVerb(['search', ...on, '--include', 'all', 'pearls'])
  expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('superseded, retracted, expired') })

  const [dispute] = chainOf(identityOf(3), [
    { content: { type: 'dispute', message_hash: old, reason: 'mine are pink' } },
  ])
  const file = `${temporaryDirectory()}/others.ndjson`
  writeFileSync(file, `${signedText(dispute ?? expect.fail())}\n`)
  expect(await runVerb(['import', ...on, file])).toMatchObject({ exitCode: 0 })
  const disputed = await runVerb(['search', ...on, '--include', 'superseded', 'white'])
  expect(disputed.stdout).toMatch(
    / memory +-1 +\[superseded\] pearls are white\n.*\n?[0-9a-f]{8} disputed by @\S+: mine are pink\n$/,
  )
})

test('--json prints what the API answers', async () => {
  const node = lasting()
  const asJson = async (...verb: string[]) =>
    JSON.parse((await runVerb([...verb, '--data-dir', node.dataDir, '--json'])).stdout)
  const { hash } = await asJson('publish', '{"type":"demo","n":1.0}')
  expect(await asJson('show', hash)).toEqual((await node.get(`/v1/message/${hash}`)).data)
  expect(await asJson('feed', '--all')).toEqual((await node.get('/v1/feed?include_self=true')).data)
  const { message_count } = (await node.get<{ message_count: number }>('/v1/status')).data
  expect(await asJson('status')).toMatchObject({ message_count })
  expect(await asJson('identity')).toMatchObject({ public_id: node.author })
  expect(await asJson('paths')).toHaveProperty('database')
})

test('publish says which agent speaks, and warns of what is odd; feed and search find the agent', async () => {
  const { dataDir } = lasting()
  const on = ['--data-dir', dataDir]
  const words = await runVerb(['publish', ...on, '--agent', 'claude', '--title', 'Rate limits', 'They help'])
  expect(words).toMatchObject({ exitCode: 0, stderr: '' })
  const json = await runVerb(['publish', ...on, '--agent', 'codex', '{ "type": "insight", "agent": "me", "n": 1.0 }'])
  expect(json).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^published/) })
  expect(json.stderr.split('\n')).toEqual([
    'warning: content.title is missing (insight/v1).',
    'warning: content.observation is missing (insight/v1).',
    '',
  ])
  const found = await runVerb(['feed', ...on, '--all', '--json', '--agent', 'codex'])
  expect(JSON.parse(found.stdout)).toMatchObject([{ content: { type: 'insight', agent: 'codex', n: 1 } }])
  const searched = await runVerb(['search', ...on, '--json', '--agent', 'claude', 'rate'])
  expect(JSON.parse(searched.stdout)).toMatchObject([{ content: { title: 'Rate limits', agent: 'claude' } }])
  expect(JSON.parse((await runVerb(['search', ...on, '--json', '--agent', 'codex', 'rate'])).stdout)).toEqual([])
  expect(await runVerb(['publish', ...on, '--agent', 'codex', '[1]'])).toMatchObject({ exitCode: 2 })
})

test('schemas are added, shown, used, and removed', async () => {
  const directory = temporaryDirectory()
  const { dataDir } = lasting()
  const on = ['--data-dir', dataDir]
  const file = (name: string, value: unknown): string => {
    writeFileSync(`${directory}/${name}`, JSON.stringify(value))
    return `${directory}/${name}`
  }
  const json_schema = { required: ['celsius'], properties: { celsius: { type: 'number' } } }
  const bare = file('bare.json', json_schema)
  const whole = file('whole.json', { content_type: 'reading', version: 2, json_schema, description: 'of a sensor' })
  const warm = file('warm.json', { type: 'reading', celsius: 'warm' })

  const add = await runVerb(['schema', 'add', ...on, '--type', 'reading', '--schema-version', '1', bare])
  expect(add).toMatchObject({ exitCode: 0, stdout: 'keeping reading/v1\n' })
  expect(await runVerb(['schema', 'add', ...on, whole])).toMatchObject({ stdout: 'keeping reading/v2\n' })
  expect(await runVerb(['schema', 'add', ...on, whole])).toMatchObject({ exitCode: 5 })
  const shown = JSON.parse((await runVerb(['schema', 'show', ...on, 'reading/v2'])).stdout)
  expect(shown).toMatchObject({ schema_id: 'reading/v2', description: 'of a sensor', json_schema })
  const list = (await runVerb(['schema', ...on])).stdout
  for (const id of ['insight/v1', 'reading/v1', 'reading/v2']) expect(list).toContain(id)

  const misfit = await runVerb(['schema', 'validate', ...on, warm])
  expect(misfit).toMatchObject({ exitCode: 1, stdout: 'does not fit reading/v2: celsius must be number.\n' })
  const named = await runVerb(['schema', 'validate', ...on, '--json', '--schema-id', 'reading/v1', warm])
  expect(JSON.parse(named.stdout)).toMatchObject({ valid: false, schema_id: 'reading/v1' })
  expect((await runVerb(['publish', ...on, '{"type":"reading"}'])).stderr).toContain('content.celsius is missing')

  expect(await runVerb(['schema', 'remove', ...on, 'reading/v2'])).toMatchObject({ exitCode: 0 })
  expect(await runVerb(['schema', 'show', ...on, 'reading/v2'])).toMatchObject({ exitCode: 4 })
  expect(await runVerb(['schema', 'remove', ...on, 'insight/v1'])).toMatchObject({ exitCode: 5 })
  expect(await runVerb(['schema', 'add', ...on, `${directory}/nothing.json`])).toMatchObject({ exitCode: 2 })
})

test('a strict node, and one that blocks secrets, say what they do not sign', async () => {
  const secret = `npm_${'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7'.repeat(2).slice(0, 36)}`
  const { dataDir } = await startNode({ flags: ['--offline', '--schema-strict', '--publish-secrets', 'block'] })
  const on = ['--data-dir', dataDir]
  const unknown = await runVerb(['publish', ...on, '{"type":"demo"}'])
  expect(unknown).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('No schema') })
  const leaky = await runVerb(['publish', ...on, `the token is ${secret}`])
  expect(leaky).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('an npm token') })
  expect(leaky.stderr).not.toContain(secret)
  expect(await runVerb(['publish', ...on, 'plain words'])).toMatchObject({ exitCode: 0 })
  expect((await runVerb(['status', ...on])).stdout).toContain('1 message')
})

test('peers are added, listed and removed; of one from --peer the verb says where to do it', async () => {
  const { dataDir } = await startNode({ flags: ['--peer', '127.0.0.1:1'] })
  const on = ['--data-dir', dataDir]
  const address = '127.0.0.1:2'
  expect(await runVerb(['peers', 'add', ...on, address])).toMatchObject({ exitCode: 0 })
  expect((await runVerb(['peers', ...on])).stdout).toContain(address)
  expect(await runVerb(['peers', 'remove', ...on, address])).toMatchObject({ exitCode: 0 })
  expect(await runVerb(['peers', 'remove', ...on, address])).toMatchObject({ exitCode: 4 })
  expect(await runVerb(['peers', 'add', ...on, 'nonsense'])).toMatchObject({ exitCode: 1 })
  const ofFlag = await runVerb(['peers', 'remove', ...on, '127.0.0.1:1'])
  expect(ofFlag).toMatchObject({ exitCode: 5, stderr: expect.stringContaining('--peer') })
})

test('authors are followed and blocked, topics kept, and each listed and undone', async () => {
  const node = lasting()
  const on = ['--data-dir', node.dataDir]
  const author = identityOf(2).author
  for (const [add, remove] of [
    ['follow', 'unfollow'],
    ['block', 'unblock'],
  ] as const) {
    expect(await runVerb([add, ...on, author])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(author) })
    expect(JSON.parse((await runVerb([add, ...on, '--json'])).stdout)).toEqual([{ author }])
    const short = author.slice(0, 9)
    const removed = await runVerb([remove, ...on, short])
    expect(removed).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(author) })
    expect((await runVerb([add, ...on])).stdout).toContain('Nobody')
    expect(await runVerb([add, ...on, 'nonsense'])).toMatchObject({ exitCode: 1 })
  }
  expect(await runVerb(['topics', 'add', ...on, 'sqlite'])).toMatchObject({ exitCode: 0, stdout: 'keeping sqlite\n' })
  expect((await runVerb(['topics', ...on])).stdout).toBe('sqlite\n')
  await node.post('/v1/publish', { content: 1, tags: ['sqlite'] })
  const known = await runVerb(['topics', 'known', ...on, '--json'])
  expect(JSON.parse(known.stdout)).toEqual([{ topic: 'sqlite', subscribed: true, messages: 1 }])
  expect(await runVerb(['topics', 'remove', ...on, 'sqlite'])).toMatchObject({ exitCode: 0 })
  expect(JSON.parse((await runVerb(['topics', ...on, '--json'])).stdout)).toEqual([])
})

test.each([
  ['peers', 'lits', ' Did you mean "list"?'],
  ['memory', 'rember', ' Did you mean "remember"?'],
  ['identity', 'lits', ''],
])('a part that %s does not have is named, with what was meant: %s', async (verb, part, meant) => {
  const stderr = `egregore: Unknown command "${verb} ${part}".${meant} "egregore ${verb} --help" lists them all.\n`
  expect(await runVerb([verb, part])).toMatchObject({ exitCode: 2, stderr })
})

test.each([
  [['stauts'], 'Unknown command "stauts". Did you mean "status"? "egregore --help" lists them all.'],
  [['xyzzy'], 'Unknown command "xyzzy". "egregore --help" lists them all.'],
  [['status', '--jsn'], "unknown option '--jsn'. Did you mean --json?"],
  [['search', ''], 'Say what to look for: "egregore search rate limiting".'],
  [['show'], "missing required argument 'hash'."],
  [['publish', 'a', 'b'], "too many arguments for 'publish'. Expected 1 argument but got 2: a, b."],
])('a call that does not fit is told in one line, and as JSON where that is asked for: %j', async (args, message) => {
  expect(await runVerb(args)).toEqual({ exitCode: 2, stdout: '', stderr: `egregore: ${message}\n` })
  const asJson = await runVerb([...args, '--json'])
  expect([asJson.exitCode, JSON.parse(asJson.stderr)]).toEqual([2, { error: { code: 'USAGE', message } }])
})

test('a verb without a running node exits with 3 and says how to start one', async () => {
  const { exitCode, stderr } = await runVerb(['status', '--data-dir', temporaryDirectory()])
  expect(exitCode).toBe(3)
  expect(stderr).toContain('egregore start')
})

test('a verb after the node was killed exits with 3', async () => {
  const node = await startNode({ flags: ['--offline'] })
  await node.stop('SIGKILL')
  expect(await runVerb(['status', '--data-dir', node.dataDir])).toMatchObject({ exitCode: 3 })
})

test('messages of others cannot steer the terminal', async () => {
  const node = lasting()
  await node.post('/v1/publish', { content: { type: 'insight', title: '\u001b[2Jgone\u202e', observation: 'x' } })
  const { stdout } = await runVerb(['feed', '--all', '--data-dir', node.dataDir])
  expect(stdout).toContain('gone')
  expect(stdout).not.toContain('\u001b')
  expect(stdout).not.toContain('\u202e')
})

test('the data directory may come from the environment', async () => {
  const { dataDir, author } = lasting()
  expect((await runVerb(['identity'], { EGREGORE_DATA_DIR: dataDir })).stdout).toContain(author)
})

test('a verb is not answered by another node that took the port after a crash', async () => {
  const crashed = await startNode({ flags: ['--offline'] })
  await crashed.stop('SIGKILL')
  const other = await startNode({ flags: ['--offline', '--port', new URL(crashed.api).port] })
  const { exitCode, stderr } = await runVerb(['publish', 'mine', '--data-dir', crashed.dataDir, '--json'])
  expect(exitCode).toBe(3)
  expect(JSON.parse(stderr)).toMatchObject({
    error: { code: 'NOT_RUNNING', message: expect.stringContaining(other.author) },
  })
  expect(await other.get('/v1/feed?include_self=true')).toMatchObject({ data: [] })
})

test('a verb is not answered by another program that took the port after a crash', async () => {
  const crashed = await startNode({ flags: ['--offline'] })
  await crashed.stop('SIGKILL')
  const server = createServer((_, response) => response.end('hello')).listen(Number(new URL(crashed.api).port))
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const { exitCode, stderr } = await runVerb(['status', '--data-dir', crashed.dataDir])
  expect(exitCode).toBe(3)
  expect(stderr).toContain('something else answers')
})

test('--json names the code of a refusal: no node, and a node without API', async () => {
  const none = await runVerb(['status', '--json', '--data-dir', temporaryDirectory()])
  expect(none.exitCode).toBe(3)
  expect(JSON.parse(none.stderr)).toMatchObject({ error: { code: 'NOT_RUNNING' } })
  const { dataDir } = await startNode({ flags: ['--offline', '--no-api'] })
  const off = await runVerb(['status', '--json', '--data-dir', dataDir])
  expect(off.exitCode).toBe(5)
  expect(JSON.parse(off.stderr)).toMatchObject({ error: { code: 'API_OFF' } })
})

test.each(['', 'zz', 'abc', '../status'])('show takes no %j for a hash, and asks no node', async (hash) => {
  const { exitCode, stderr } = await runVerb(['show', hash])
  expect(exitCode).toBe(2)
  expect(stderr).toContain('Expected a hash of 64 hex digits')
})
