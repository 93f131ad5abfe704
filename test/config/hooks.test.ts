import { writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { hooksOf, readConfig } from '../../src/config/index.ts'
import { identityOf } from '../support/open-log.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import { load, problemsOf } from './loaded.ts'
import type { HookInit } from '../../src/hooks/index.ts'

const DEFAULTS = {
  filter: { contentTypes: [], tags: [], authors: [], agents: [], toMe: false },
  timeoutMs: 30_000,
  retriesMax: 3,
  retryDelayMs: 5_000,
  concurrency: 4,
  maxAgeMs: 3_600_000,
  from: 'end',
}

async function hooksIn(content: string): Promise<HookInit[]> {
  return hooksOf((await load(content)).config)
}

test('flags make two hooks, which have their time-out in common', () => {
  const config = readConfig({ hookOnMessage: '/hook', hookWebhookUrl: 'http://a/', hookTimeoutSecs: 7 })
  expect(hooksOf(config)).toEqual([
    { ...DEFAULTS, name: 'on-message', target: { kind: 'command', path: '/hook' }, timeoutMs: 7_000 },
    { ...DEFAULTS, name: 'webhook', target: { kind: 'webhook', url: 'http://a/' }, timeoutMs: 7_000 },
  ])
})

test("the original's entries are accepted as they are", async () => {
  const hooks = await hooksIn(`
hooks:
  - name: local-script
    on_message: ~/hooks/local.sh
    timeout_secs: 10
  - name: outbound-webhook
    webhook_url: https://example.com/egregore
    timeout_secs: 20
    max_retries: 3
    retry_delay_secs: 5
    idempotent: true
`)
  expect(hooks).toEqual([
    {
      ...DEFAULTS,
      name: 'local-script',
      target: { kind: 'command', path: join(homedir(), 'hooks/local.sh') },
      timeoutMs: 10_000,
    },
    {
      ...DEFAULTS,
      name: 'outbound-webhook',
      target: { kind: 'webhook', url: 'https://example.com/egregore' },
      timeoutMs: 20_000,
    },
  ])
})

test('an entry says for which messages, how often and from where', async () => {
  const { author } = identityOf(1)
  const [hook] = await hooksIn(`
hooks:
  - on_message: /hook
    content_type: query
    tag: [sqlite, fts]
    agent: claude
    authors: ["${author}"]
    to_me: true
    max_retries: 0
    retry_delay_secs: 0
    concurrency: 1
    max_age_secs: 60
    from: beginning
`)
  expect(hook).toEqual({
    ...DEFAULTS,
    name: 'hook',
    target: { kind: 'command', path: '/hook' },
    filter: { contentTypes: ['query'], tags: ['sqlite', 'fts'], agents: ['claude'], authors: [author], toMe: true },
    retriesMax: 0,
    retryDelayMs: 0,
    concurrency: 1,
    maxAgeMs: 60_000,
    from: 'beginning',
  })
})

test('from the beginning, and with an age of 0, no message is too old', async () => {
  const hooks = await hooksIn('hooks: [{ on_message: /a, from: beginning }, { on_message: /b, max_age_secs: 0 }]')
  expect(hooks.map(({ maxAgeMs }) => maxAgeMs)).toEqual([undefined, undefined])
})

test('an entry with a command and a webhook is two hooks', async () => {
  const hooks = await hooksIn('hooks: [{ name: both, on_message: /a, webhook_url: "http://b/" }]')
  expect(hooks.map(({ name, target }) => [name, target.kind])).toEqual([
    ['both', 'command'],
    ['both:webhook', 'webhook'],
  ])
})

test('a hook without a name is called after what it calls', async () => {
  const hooks = await hooksIn(
    'hooks: [{ on_message: /a/b.sh, name: }, { webhook_url: "https://user:pass@c:8443/token" }]',
  )
  expect(hooks.map(({ name }) => name)).toEqual(['b.sh', 'c:8443'])
})

test('a secret comes from the configuration, or from a file without its last line break', async () => {
  const path = join(temporaryDirectory(), 'secret')
  writeFileSync(path, 'from a file\n')
  const hooks = await hooksIn(
    `hooks: [{ webhook_url: "http://a/", secret: here }, { webhook_url: "http://b/", secret_file: ${path} }]`,
  )
  expect(hooks.map(({ target }) => target)).toMatchObject([{ secret: 'here' }, { secret: 'from a file' }])
})

test.each([
  ['', 'is empty'],
  [undefined, 'no such file'],
])('a secret file that holds %j is refused', async (content, reason) => {
  const path = join(temporaryDirectory(), 'secret')
  if (content !== undefined) writeFileSync(path, content)
  const loading = hooksIn(`hooks: [{ webhook_url: "http://a/", secret_file: ${path} }]`)
  await expect(loading).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining(reason) })
})

test.each([
  ['{ on_mesage: /a }', 'a hook has no "on_mesage". Did you mean "on_message"?'],
  ['{ name: a }', 'expected on_message or webhook_url'],
  ['{ on_message: /a, secret: s }', 'a secret signs what is sent to webhook_url, which is missing'],
  ['{ webhook_url: "http://a/", secret: s, secret_file: /s }', 'expected secret or secret_file, not both'],
  ['{ on_message: /a, timeout_secs: 0 }', 'expected a whole number from 1 to 86400'],
  ['{ on_message: /a, max_retries: 101 }', 'expected a whole number from 0 to 100'],
  ['{ on_message: /a, concurrency: 65 }', 'expected a whole number from 1 to 64'],
  ['{ on_message: /a, authors: me }', 'expected an author'],
  ['{ on_message: /a, from: start }', 'expected end, beginning'],
  ['{ on_message: /a, name: "a\\nb" }', 'expected a name without control characters'],
  ['/a', 'expected keys such as on_message'],
])('the entry %s is refused in its line, and what may be secret is not repeated', async (entry, reason) => {
  const [problem = ''] = await problemsOf(`port: 1\nhooks:\n  - ${entry}\n`)
  expect(problem).toContain('config.yaml:3')
  expect(problem).toContain(reason)
  expect(problem).not.toContain('found')
})

test('more than 32 hooks are refused', async () => {
  const entries = Array.from({ length: 33 }, (_, index) => `{ on_message: /${index} }`)
  expect(await problemsOf(`hooks: [${entries.slice(1)}]`)).toEqual([])
  expect((await problemsOf(`hooks: [${entries}]`)).join()).toContain('at most 32')
})

test('whoever forbids commands gets none', async () => {
  const forbidden = 'allow_subprocess_hooks: false\n'
  expect(await problemsOf(`${forbidden}hooks: [{ webhook_url: "http://a/" }]`)).toEqual([])
  for (const hook of ['hooks: [{ on_message: /a }]', 'hook_on_message: /a']) {
    const problems = await problemsOf(`${forbidden}${hook}`)
    expect(problems.join()).toContain('hooks may start no commands')
  }
})
