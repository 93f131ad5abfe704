import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../scripts/seeded-random.ts'
import { secretsIn } from '../../src/content/index.ts'

const random = seededRandom(7)
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const LOWER = UPPER.toLowerCase()
const DIGITS = '0123456789'
const ALPHANUMERIC = UPPER + LOWER + DIGITS

/** Secrets of these tests are made when they run, so that no scanner finds one in this file. */
function chance(length: number, alphabet = ALPHANUMERIC): string {
  return Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join('')
}

const hex = (length: number): string => chance(length, `${DIGITS}abcdef`)
const pem = (label: string, lines = 3): string =>
  `-----BEGIN ${label}-----\n${Array.from({ length: lines }, () => chance(64)).join('\n')}\n-----END ${label}-----`

const SECRETS: [string, string][] = [
  ['aws-access-key', `AKIA${chance(16, `${UPPER}234567`)}`],
  ['aws-access-key', `ASIA${chance(16, `${UPPER}234567`)}`],
  ['aws-secret-key', `aws_secret_access_key = ${chance(40)}`],
  ['github-token', `ghp_${chance(36)}`],
  ['github-token', `ghs_${chance(36)}`],
  ['github-token', `github_pat_${chance(22)}_${chance(59)}`],
  ['gitlab-token', `glpat-${chance(20)}`],
  ['slack-token', `xoxb-${chance(12, DIGITS)}-${chance(12, DIGITS)}-${chance(24)}`],
  ['slack-token', `xapp-1-A${chance(10, UPPER)}-${chance(13, DIGITS)}-${hex(64)}`],
  ['slack-webhook', `https://hooks.slack.com/services/T${chance(9)}/B${chance(9)}/${chance(24)}`],
  ['discord-webhook', `https://discord.com/api/webhooks/${chance(18, DIGITS)}/${chance(68)}`],
  ['telegram-token', `${chance(10, DIGITS)}:AA${chance(33)}`],
  ['stripe-key', `sk_live_${chance(24)}`],
  ['stripe-key', `rk_test_${chance(24)}`],
  ['stripe-key', `whsec_${chance(32)}`],
  ['openai-key', `sk-${chance(20)}T3BlbkFJ${chance(20)}`],
  ['openai-key', `sk-proj-${chance(74)}T3BlbkFJ${chance(74)}`],
  ['anthropic-key', `sk-ant-api03-${chance(93)}AA`],
  ['anthropic-key', `sk-ant-oat01-${chance(93)}AA`],
  ['google-key', `AIza${chance(35)}`],
  ['google-key', `GOCSPX-${chance(28)}`],
  ['npm-token', `npm_${chance(36)}`],
  ['pypi-token', `pypi-AgEIcHlwaS5vcmc${chance(80)}`],
  ['huggingface-token', `hf_${chance(34)}`],
  ['groq-key', `gsk_${chance(52)}`],
  ['xai-key', `xai-${chance(80)}`],
  ['perplexity-key', `pplx-${chance(48)}`],
  ['digitalocean-token', `dop_v1_${hex(64)}`],
  ['sendgrid-key', `SG.${chance(22)}.${chance(43)}`],
  ['twilio-key', `SK${hex(32)}`],
  ['shopify-token', `shpat_${hex(32)}`],
  ['docker-token', `dckr_pat_${chance(27)}`],
  ['databricks-token', `dapi${hex(32)}`],
  ['vault-token', `hvs.${chance(90)}`],
  ['age-key', `AGE-SECRET-KEY-1${chance(58, UPPER + DIGITS)}`],
  ['azure-key', `AccountName=x;AccountKey=${chance(86)}==;EndpointSuffix=core`],
  ['jwt', `eyJ${chance(30)}.eyJ${chance(60)}.${chance(43)}`],
  ['private-key', pem('PRIVATE KEY')],
  ['private-key', pem('RSA PRIVATE KEY')],
  ['private-key', pem('OPENSSH PRIVATE KEY')],
  ['private-key', pem('PGP PRIVATE KEY BLOCK')],
  ['private-key', pem('EC PRIVATE KEY').replaceAll('\n', '\\n')],
  ['url-password', `postgres://app:${chance(12)}@db.internal:5432/app`],
  ['url-password', `redis://:${chance(20)}@cache:6379`],
  ['url-password', `mongodb+srv://me:${chance(8)}!x@cluster0.example.net`],
  ['url-password', `https://user:${chance(12)}@git.example.org/x.git`],
  ['assigned-secret', `DB_PASSWORD=${chance(20)}`],
  ['assigned-secret', `"api_key": "${hex(32)}"`],
  ['assigned-secret', `export SERVICE_TOKEN='${chance(40)}'`],
  ['assigned-secret', `Authorization: Bearer ${chance(40)}`],
]

describe('what looks like a secret', () => {
  test.each(SECRETS)('%s is found', (kind, secret) => {
    for (const text of [secret, `We found that ${secret} works.`, `(${secret})`, `line one\n${secret}\nline three`]) {
      const found = secretsIn({ type: 'insight', observation: text }, 'content')
      expect(found.map((one) => one.kind)).toContain(kind)
      expect(found.every(({ field }) => field === 'content.observation')).toBe(true)
    }
  })

  test('is never repeated', () => {
    for (const [, secret] of SECRETS) expect(JSON.stringify(secretsIn([secret], 'content'))).not.toContain(secret)
  })

  test('is found wherever it stands, and the place is named', () => {
    const key = `npm_${chance(36)}`
    const content = { a: [{ b: 'no' }, { 'c d': key }], [key]: { inner: key } }
    expect(secretsIn(content, 'content').map(({ field }) => field)).toEqual([
      'content.a[1].c d',
      'content.*',
      'content.*.inner',
    ])
    expect(secretsIn(key, 'content').map(({ field }) => field)).toEqual(['content'])
    expect(secretsIn(['x', key], 'tags').map(({ field }) => field)).toEqual(['tags[1]'])
  })

  test('is known by the name of its field', () => {
    for (const name of ['password', 'db_password', 'clientSecret', 'apiKey', 'x-api-key', 'access_token']) {
      const found = secretsIn({ config: { [name]: `${chance(22)}47` } }, 'content')
      expect(found).toMatchObject([{ kind: 'assigned-secret', field: `content.config.${name}` }])
    }
  })

  test('is told once for each field and kind, and twenty times at most', () => {
    const [one, two] = [`npm_${chance(36)}`, `npm_${chance(36)}`]
    expect(secretsIn(`${one} ${two}`, 'content')).toHaveLength(1)
    expect(
      secretsIn(
        Array.from({ length: 30 }, () => `npm_${chance(36)}`),
        'content',
      ),
    ).toHaveLength(20)
  })

  test('has a place of at most 200 characters', () => {
    let content: unknown = `npm_${chance(36)}`
    for (let depth = 0; depth < 100; depth++) content = { ['x'.repeat(90)]: content }
    expect(secretsIn(content, 'content')[0]?.field).toHaveLength(200)
  })
})

describe('what is no secret', () => {
  test.each([
    ['a hash', hex(64)],
    ['hashes beside such words', `token ${hex(64)}, key: ${hex(64)}, secret=${hex(40)}, api_key: ${hex(128)}`],
    ['an author', '@7Ty4bOVrgPs6Ck7FQU5FLD1u5LmAZLMN8fzqCCYQLyc=.ed25519'],
    ['an author behind such a word', 'key: 7Ty4bOVrgPs6Ck7FQU5FLD1u5LmAZLMN8fzqCCYQLyc=.ed25519'],
    ['a PeerId', 'token: 12D3KooWGjMwyGZvCLHvqFnAJLBYyFHqLZVvqVCvQk1Vq8tZ9kVb'],
    ['a UUID', 'api_key = 123e4567-e89b-42d3-a456-426614174000'],
    ['a signature', chance(86)],
    ['talk of keys', 'Keep your private key and API token secret: password managers help.'],
    ['the first line of a key alone', 'A PEM file begins with -----BEGIN PRIVATE KEY----- and ends likewise.'],
    ['a public key', pem('PUBLIC KEY')],
    ['a certificate', pem('CERTIFICATE')],
    ['an address without a password', 'postgres://db.internal:5432/app and http://localhost:7654/v1/feed'],
    ['an address with a user', 'ssh://git@github.com/x/y.git'],
    [
      'placeholders in an address',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what people write into examples
      'postgres://user:password@host, redis://:$REDIS_PASSWORD@x, mysql://a:${PASS}@h, amqp://u:****@h',
    ],
    ['the keys of manuals', `AKIA${'IOSFODNN7'}EXAMPLE and wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY`],
    ['variables', 'password = process.env.DATABASE_PASSWORD; token: YOUR_API_TOKEN_HERE'],
    ['code that reads one', 'const secret = getSecretFromVault(); const apiKey = configuration.apiKey'],
    ['a path', 'key: /etc/ssl/private/server1234.key'],
    ['a time', 'token: 2026-01-01T00:00:00.000Z'],
    [
      'a name that begins alike',
      'sk-learn-pipeline-for-tabular-data, npm_config_registry, hf_transformers, glpat-short',
    ],
    ['a made-up token', `ghp_${'x'.repeat(36)}, AIza${'a'.repeat(35)}, xoxb-your-token-goes-here-please`],
    ['base64 of some text', Buffer.from('the quick brown fox jumps over the lazy dog, twice').toString('base64')],
    ['a version', 'secret santa v1.2.3-beta.4+build.5678'],
  ])('%s', (_, text) => {
    expect(secretsIn({ type: 'insight', title: text, observation: text }, 'content')).toEqual([])
  })

  test('digests and words in fields with such names', () => {
    const content = {
      token: hex(64),
      secret: 'not telling',
      password: 'correct horse battery staple',
      keys: [hex(40)],
      next_token: null,
      apiKey: 5,
    }
    expect(secretsIn(content, 'content')).toEqual([])
  })

  test('ten thousand hashes, ids and base64 texts', () => {
    const texts = Array.from({ length: 10_000 }, (_, at) => [hex(64), chance(43), chance(86), hex(40), hex(32)][at % 5])
    expect(secretsIn(texts, 'content')).toEqual([])
    expect(secretsIn(texts.join(' '), 'content')).toEqual([])
  })
})

/** Text that a careless pattern would go through again and again. */
const HEAVY: [string, string][] = [
  ['token=', 'token='],
  ['eyJ', 'eyJ'],
  ['eyJ.', 'eyJaaaaaaaaaaa.'],
  ['sk-', 'sk-'],
  ['sk-T3BlbkFJ', `sk-${'a'.repeat(20)}T3BlbkFJ`],
  ['a://', 'a://'],
  ['a://a:', 'a://a:'],
  ['aws', 'aws'],
  ['BEGIN', '-----BEGIN '],
  ['PRIVATE KEY', `-----BEGIN PRIVATE KEY-----${'a'.repeat(39)} `],
  ['ghp_', 'ghp_'],
  ['xoxb-1', 'xoxb-1-1-1-'],
  ['bearer', 'authorization: bearer '],
  ['letters', 'a'],
  ['AKIA', 'AKIA'],
]

test.each(HEAVY)('64 KiB of %s take no longer than a look along them', (_, piece) => {
  // Every hint is there, so that every pattern runs.
  const text =
    piece.repeat(Math.ceil(60_000 / piece.length)) + SECRETS.map(([, secret]) => secret.slice(0, 12)).join(' ')
  const started = process.threadCpuUsage()
  for (let round = 0; round < 3; round++) secretsIn({ title: text }, 'content')
  const { user, system } = process.threadCpuUsage(started)
  expect((user + system) / 3_000).toBeLessThan(100)
})
