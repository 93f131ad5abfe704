import { describe, expect, test } from 'vitest'
import { openApi } from '../open-api.ts'
import { connect, ERAS } from './clients.ts'

describe.each(ERAS)('a client of the %s era', (era) => {
  test('lists the tools in their order and calls one', async () => {
    const { api, identity } = openApi()
    const client = await connect(era, api)
    expect((await client.tools()).map(({ name }) => name)).toEqual([
      'egregore_status',
      'egregore_identity',
      'egregore_publish',
      'egregore_query',
      'egregore_mesh',
      'egregore_peers',
      'egregore_add_peer',
      'egregore_remove_peer',
      'egregore_follows',
      'egregore_follow',
      'egregore_unfollow',
    ])
    const { structuredContent, content } = await client.call('egregore_status')
    expect(structuredContent.identity).toBe(identity.author)
    expect(JSON.parse(content[0]?.text ?? '')).toEqual(structuredContent)
  })
})
