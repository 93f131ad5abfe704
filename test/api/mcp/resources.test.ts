import { describe, expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { chainOf, insights, itemOf } from '../../support/feeds.ts'
import { identityOf } from '../../support/open-log.ts'
import { openApi } from '../open-api.ts'
import { connect, ERAS } from './clients.ts'

const OTHER = identityOf(2)

describe.each(ERAS)('a client of the %s era', (era) => {
  test('lists resources and templates', async () => {
    const { client } = await connect(era, openApi().api)
    expect((await client.listResources()).resources).toMatchObject([
      { uri: 'egregore://status', mimeType: 'application/json' },
    ])
    const { resourceTemplates } = await client.listResourceTemplates()
    expect(resourceTemplates.map(({ uriTemplate }: { uriTemplate: string }) => uriTemplate)).toEqual([
      'egregore://message/{hash}',
      'egregore://feed/{author}',
    ])
  })

  test('reads the status, a message, and a feed under either spelling of its author', async () => {
    const opened = openApi()
    const chain = chainOf(OTHER, insights(1))
    await opened.log.ingest(chain.map(itemOf), 'a peer')
    const hash = chain[0]?.hash
    const client = await connect(era, opened.api)
    expect(JSON.parse(await client.read('egregore://status')).identity).toBe(opened.identity.author)
    const whole = JSON.parse(await client.read(`egregore://message/${hash}`))
    expect(whole).toMatchObject({
      begin: expect.stringMatching(/^<others /),
      messages: [{ hash, sequence: 1 }],
    })
    for (const author of [OTHER.author, encodeURIComponent(OTHER.author)]) {
      expect(JSON.parse(await client.read(`egregore://feed/${author}`)).messages).toMatchObject([{ title: 'note 1' }])
    }
  })

  test.each([
    `egregore://message/${'0'.repeat(64)}`,
    'egregore://nothing',
    'egregore://status/',
    'file:///etc/passwd',
    'http://127.0.0.1:7654/v1/status',
  ])('finds nothing at %s', async (uri) => {
    const client = await connect(era, openApi().api)
    await expect(client.read(uri)).rejects.toThrow(/not found/i)
  })

  test.each(['egregore://message/../identity', 'egregore://message/', 'egregore://feed/bob', 'egregore://feed/%'])(
    'is told what is wrong with %s',
    async (uri) => {
      const client = await connect(era, openApi().api)
      await expect(client.read(uri)).rejects.toThrow(/must be/)
    },
  )
})

describe('changes', () => {
  test('of what is subscribed to are told, and others are not', async () => {
    const opened = openApi()
    const { client } = await connect('modern', opened.api)
    const told: string[] = []
    client.setNotificationHandler('notifications/resources/updated', ({ params }: { params: { uri: string } }) => {
      told.push(params.uri)
    })
    const chain = chainOf(OTHER, insights(2))
    const uris = [
      'egregore://status',
      `egregore://message/${chain[1]?.hash}`,
      `egregore://feed/${encodeURIComponent(OTHER.author)}`,
    ]
    const subscription = await client.listen({ resourceSubscriptions: uris })
    expect(subscription.honoredFilter).toEqual({ resourceSubscriptions: uris })
    await opened.log.ingest(chain.map(itemOf), 'a peer')
    await eventually(() => expect(told.toSorted()).toEqual(uris.toSorted()))
    await subscription.close()
  })

  test('are told of nobody who is blocked', async () => {
    const opened = openApi()
    const { client } = await connect('modern', opened.api)
    const told: string[] = []
    client.setNotificationHandler('notifications/resources/updated', ({ params }: { params: { uri: string } }) => {
      told.push(params.uri)
    })
    const own = `egregore://feed/${opened.identity.author}`
    const subscription = await client.listen({ resourceSubscriptions: [own, `egregore://feed/${OTHER.author}`] })
    opened.log.selection.block(OTHER.author)
    await opened.log.ingest(chainOf(OTHER, insights(1)).map(itemOf), 'a peer')
    await opened.post('/v1/publish', { content: 1 })
    await eventually(() => expect(told).toEqual([own]))
    await subscription.close()
  })

  test('end with the node, in order', async () => {
    const stopping = new AbortController()
    const { api } = openApi({ stopping: stopping.signal })
    const { client } = await connect('modern', api)
    const subscription = await client.listen({ resourceSubscriptions: ['egregore://status'] })
    stopping.abort()
    expect(await subscription.closed).toBe('graceful')
  })

  test('are not offered to a client of the older era', async () => {
    const { client } = await connect('legacy', openApi().api)
    expect(client.getServerCapabilities()).toEqual({ tools: {}, prompts: {}, resources: {} })
  })

  test('are told on 64 streams at once, and no more', async () => {
    const { client } = await connect('modern', openApi().api)
    const listen = () => client.listen({ resourceSubscriptions: ['egregore://status'] })
    const open = await Promise.all(Array.from({ length: 64 }, listen))
    await expect(listen()).rejects.toThrow('limit')
    await Promise.all(open.map((subscription) => subscription.close()))
  })
})
