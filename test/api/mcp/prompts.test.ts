import { describe, expect, test } from 'vitest'
import { openApi } from '../open-api.ts'
import { connect, ERAS } from './clients.ts'

describe.each(ERAS)('a client of the %s era', (era) => {
  test('lists the prompts and gets each, with and without what is optional', async () => {
    const { client } = await connect(era, openApi().api)
    const { prompts } = await client.listPrompts()
    expect(prompts.map(({ name }: { name: string }) => name)).toEqual([
      'brief',
      'share-finding',
      'ask-the-mesh',
      'status',
      'remember',
      'recall',
      'broadcast',
      'ask',
    ])
    const text = async (name: string, given?: Record<string, string>) => {
      const { messages } = await client.getPrompt({ name, arguments: given })
      expect(messages).toMatchObject([{ role: 'user', content: { type: 'text' } }])
      return messages[0].content.text
    }
    expect(await text('brief', { topic: 'raft' })).toContain('raft')
    expect(await text('brief')).toContain('newest')
    expect(await text('share-finding', { finding: 'it leaks' })).toContain('it leaks')
    expect(await text('share-finding')).toContain('egregore_publish')
    expect(await text('ask-the-mesh', { question: 'why?' })).toContain('why?')
    expect(await text('status')).toContain('egregore_status')
    expect(await text('remember', { what: 'it leaks', project: 'shop' })).toMatch(/it leaks.*project "shop"/s)
    expect(await text('remember')).toContain('this conversation')
    expect(await text('recall', { topic: 'raft', project: 'a "b"' })).toMatch(/recall, project "a \\"b\\"".*raft/s)
    expect(await text('recall')).toContain('action recent')
    expect(await text('broadcast', { what: 'it burns', to: 'role:ops' })).toMatch(/"role:ops".*it burns.*send and to/s)
    expect(await text('broadcast')).toMatch(/all other agents.*this conversation/s)
    expect(await text('ask', { question: 'why?', to: 'Ada' })).toMatch(/"Ada": why\?.*ask and to/s)
    expect(await text('ask', { question: 'why?' })).toContain('Ask other agents: why?')
  })

  test.each([
    ['nothing', {}, 'Unknown prompt'],
    ['__proto__', {}, 'Unknown prompt'],
    ['ask-the-mesh', {}, 'question'],
    ['ask-the-mesh', { question: '' }, 'question is missing'],
    ['ask', {}, 'question'],
    ['brief', { topic: 'x'.repeat(10_001) }, 'topic may have 10,000 characters'],
  ])('is told what is wrong with %s %j', async (name, given, expected) => {
    const { client } = await connect(era, openApi().api)
    await expect(client.getPrompt({ name, arguments: given })).rejects.toThrow(expected)
  })
})
