import { expect, test } from 'vitest'
import { openApi } from './open-api.ts'

interface Document {
  // biome-ignore lint/suspicious/noExplicitAny: a foreign document, looked into at a few places.
  paths: Record<string, Record<string, any>>
  tags: { name: string; description: string }[]
  components: { schemas: object; examples: Record<string, { summary: string; value: object }> }
}

async function documentOf(): Promise<Document> {
  const response = await openApi().api.request('/openapi.json')
  return (await response.json()) as Document // As: the tests below are what holds it to that.
}

test('the document names every route with its parameters, body, answer and errors', async () => {
  const document = await documentOf()
  expect(document).toMatchObject({ openapi: '3.1.0', info: { version: '1.2.3' } })
  const operations = Object.entries(document.paths).flatMap(([path, verbs]) =>
    Object.keys(verbs as object).map((verb) => `${verb} ${path}`),
  )
  expect(operations.sort()).toEqual([
    'delete /v1/bans/{peer_id}',
    'delete /v1/blocks/{author}',
    'delete /v1/follows/{author}',
    'delete /v1/hooks/{hook}/dead-letters/{letter}',
    'delete /v1/memories/{id}',
    'delete /v1/mutes/{author}',
    'delete /v1/peers/{address}',
    'delete /v1/retention/policies/{id}',
    'delete /v1/schemas/{schema_id}',
    'delete /v1/topics/{topic}',
    'get /health',
    'get /metrics',
    'get /v1/agents',
    'get /v1/agents/{who}',
    'get /v1/bans',
    'get /v1/blocks',
    'get /v1/events',
    'get /v1/export',
    'get /v1/feed',
    'get /v1/feed/{author}',
    'get /v1/follows',
    'get /v1/hashes/{prefix}',
    'get /v1/hooks',
    'get /v1/hooks/{hook}/dead-letters',
    'get /v1/identity',
    'get /v1/inbox',
    'get /v1/insights',
    'get /v1/insights/search',
    'get /v1/log-levels',
    'get /v1/memories',
    'get /v1/memories/{id}',
    'get /v1/mesh',
    'get /v1/mesh/{peer}',
    'get /v1/message/{hash}',
    'get /v1/messages',
    'get /v1/mutes',
    'get /v1/peers',
    'get /v1/queries',
    'get /v1/queries/{hash}',
    'get /v1/retention/policies',
    'get /v1/schemas',
    'get /v1/schemas/{schema_id}',
    'get /v1/search',
    'get /v1/status',
    'get /v1/topics',
    'get /v1/topics/known',
    'post /v1/agents/me',
    'post /v1/agents/presence',
    'post /v1/backups',
    'post /v1/blocks/{author}',
    'post /v1/follows/{author}',
    'post /v1/hooks/{hook}/dead-letters/{letter}/retry',
    'post /v1/import',
    'post /v1/inbox/acknowledge',
    'post /v1/inbox/read',
    'post /v1/inbox/unread',
    'post /v1/log-levels',
    'post /v1/memories',
    'post /v1/memories/{id}/restore',
    'post /v1/memories/{id}/retract',
    'post /v1/memories/{id}/supersede',
    'post /v1/messages',
    'post /v1/mutes/{author}',
    'post /v1/peers',
    'post /v1/publish',
    'post /v1/queries',
    'post /v1/queries/{hash}/responses',
    'post /v1/retention/policies',
    'post /v1/retention/policies/preview',
    'post /v1/retention/sweep',
    'post /v1/schemas',
    'post /v1/schemas/validate',
    'post /v1/topics/{topic}',
  ])
  const publish = document.paths['/v1/publish']?.post
  expect(publish.requestBody.content['application/json'].schema.required).toEqual(['content'])
  expect(Object.keys(publish.responses)).toEqual([
    '200',
    '201',
    '400',
    '401',
    '403',
    '409',
    '413',
    '415',
    '422',
    '500',
    '503',
    '507',
  ])
  expect(document.paths['/v1/feed']?.get.parameters).toContainEqual({
    name: 'limit',
    in: 'query',
    required: false,
    // More is no mistake, so there is no maximum.
    description: 'More than 200 is answered as 200.',
    schema: { type: 'integer', minimum: 1, default: 50, description: 'More than 200 is answered as 200.' },
  })
})

test('every reference of the document leads somewhere', async () => {
  const document = await documentOf()
  const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name)
  expect(new Set(references)).toEqual(
    new Set([
      'Message',
      'Hit',
      'Found',
      'LocalHit',
      'SchemaInfo',
      'Schema',
      'Validation',
      'Import',
      'Backup',
      'Peer',
      'Ban',
      'LogLevels',
      'MeshPeer',
      'PeerReport',
      'Agent',
      'Presence',
      'Author',
      'Topic',
      'KnownTopic',
      'RetentionPolicy',
      'RetentionPreview',
      'RetentionSweep',
      'Hook',
      'HookDeadLetter',
      'Identity',
      'Status',
      'Health',
      'Memory',
      'MeshMemory',
      'LocalMemory',
      'ForgottenMemory',
      'Metadata',
      'Error',
    ]),
  )
  for (const name of references) expect(document.components.schemas).toHaveProperty(name ?? '')
})

test('every group that an operation names is listed, and no parameter that must be given has a default', async () => {
  const { paths, tags } = await documentOf()
  const operations = Object.values(paths).flatMap((verbs) => Object.values(verbs))
  expect(tags.map(({ name }) => name)).toEqual([...new Set(operations.flatMap((operation) => operation.tags))])
  const parameters = operations.flatMap((operation) => operation.parameters ?? [])
  expect(parameters.filter(({ required, schema }) => required && 'default' in schema)).toEqual([])
})

test('every operation, group and code says something of itself, and nothing is said of what is nowhere answered', async () => {
  const { paths, tags, components } = await documentOf()
  const operations = Object.values(paths).flatMap((verbs) => Object.values(verbs))
  const words = [...operations, ...tags].map(({ description }) => description)
  const meanings = Object.values(components.examples).map(({ summary }) => summary)
  for (const text of [...words, ...meanings]) expect(text).toMatch(/^\S.{8,}[.]$/)
  expect(new Set(words).size).toBe(words.length)
  const answered = operations.flatMap(({ responses }) =>
    Object.values(responses as Record<string, { content?: Record<string, { examples?: object }> }>).flatMap(
      ({ content }) => Object.keys(content?.['application/json']?.examples ?? {}),
    ),
  )
  expect(Object.keys(components.examples).sort()).toEqual([...new Set(answered)].sort())
})
