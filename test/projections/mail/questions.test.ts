import { expect, test } from 'vitest'
import { itemOf } from '../../support/feeds.ts'
import { openLog, TEST_NOW } from '../../support/open-log.ts'
import { openWithProjections } from '../open-projections.ts'
import type { MessageEntry } from '../../../src/log/index.ts'
import type { QueryState } from '../../../src/projections/index.ts'

function openQuestions() {
  const ours = openWithProjections()
  const others = [openLog({ seed: 2 }), openLog({ seed: 3 }), openLog({ seed: 4 })]
  const hear = async (who: number, content: object) => {
    const message = await (others[who] ?? expect.fail()).log.publish({ content })
    await ours.log.ingest([itemOf(message)], 'a peer')
    await ours.settled()
    return message
  }
  const ask = async (question: string, expiresAt?: string) => {
    const [query] = await ours.publish({
      content: { type: 'query', question },
      ...(expiresAt !== undefined && { expiresAt }),
    })
    return query ?? expect.fail()
  }
  return {
    ...ours,
    hear,
    ask,
    others,
    states: async (state?: QueryState) => {
      const page = await ours.projections.questions({ state, limit: 50, offset: 0 })
      return page.map(({ query, ...standing }) => [
        (query.envelope.content as { question: string }).question,
        standing.state,
      ])
    },
  }
}

const response = (query_hash: string, answer: string, more: object = {}) => ({
  type: 'response',
  query_hash,
  answer,
  ...more,
})

test('a query is open until somebody answers, or its time is over', async () => {
  const { ask, hear, states, clock } = openQuestions()
  await ask('open?')
  const answered = await ask('answered?', '2026-01-01T00:01:00Z')
  await ask('short?', '2026-01-01T00:01:00Z')
  await hear(0, response(answered.hash, 'yes'))
  expect(await states()).toEqual([
    ['short?', 'open'],
    ['answered?', 'answered'],
    ['open?', 'open'],
  ])
  clock.now = TEST_NOW + 60_000
  expect(await states('expired')).toEqual([['short?', 'expired']])
  expect(await states('open')).toEqual([['open?', 'open']])
  expect(await states('answered')).toEqual([['answered?', 'answered']])
})

test('a response that comes before its query answers it as soon as it is there', async () => {
  const { hear, others, log, settled, states, projections } = openQuestions()
  const query = await (others[1] ?? expect.fail()).log.publish({ content: { type: 'query', question: 'early?' } })
  const early = await hear(0, response(query.hash, 'yes'))
  expect(await states()).toEqual([])
  await log.ingest([itemOf(query)], 'a peer')
  await settled()
  expect(await states()).toEqual([['early?', 'answered']])
  const held = (await log.message(query.hash)) ?? expect.fail()
  expect((await projections.question(held))?.responses.map(({ response: one }) => one.hash)).toEqual([early.hash])
})

test('a response that was taken back, and one of a blocked author, answer nothing', async () => {
  const { ask, hear, states, log, others } = openQuestions()
  const one = await ask('one?')
  const two = await ask('two?')
  const taken = await hear(0, response(one.hash, 'yes'))
  await hear(1, response(two.hash, 'yes'))
  await hear(0, { type: 'retract', target: taken.hash })
  log.selection.block(others[1]?.log.author ?? expect.fail())
  expect(await states('open')).toEqual([
    ['two?', 'open'],
    ['one?', 'open'],
  ])
})

test('a query is open again when all that answered it counts no more, and never when another answer does', async () => {
  const { ask, hear, states, clock, log, others, settled } = openQuestions()
  const expiring = await ask('expiring?')
  const both = await ask('both?')
  const gone = await ask('gone?')
  const soon = await (others[0] ?? expect.fail()).log.publish({
    content: response(expiring.hash, 'for a minute'),
    expiresAt: '2026-01-01T00:01:00Z',
  })
  await log.ingest([itemOf(soon)], 'a peer')
  const taken = await hear(0, response(both.hash, 'wrong'))
  await hear(1, response(both.hash, 'right'))
  await hear(0, { type: 'retract', target: taken.hash })
  const { author, sequence } = await hear(2, response(gone.hash, 'soon forgotten'))
  expect(await states('open')).toEqual([])
  clock.now = TEST_NOW + 60_000
  expect(await states('open')).toEqual([['expiring?', 'open']])
  await log.forget([{ author, from: sequence, to: sequence }])
  await settled()
  expect(await states('open')).toEqual([
    ['gone?', 'open'],
    ['expiring?', 'open'],
  ])
  expect(await states('answered')).toEqual([['both?', 'answered']])
})

test('a query that is put anew is open or not by the answers to all its versions', async () => {
  const { ask, hear, publish, states } = openQuestions()
  const [first, other] = [await ask('first?'), await ask('other?')]
  const said = await hear(0, response(first.hash, 'yes'))
  await publish({ content: { type: 'query', question: 'first, anew?', supersedes: first.hash } })
  await publish({ content: { type: 'query', question: 'other, anew?', supersedes: other.hash } })
  expect(await states('open')).toEqual([['other, anew?', 'open']])
  expect(await states('answered')).toEqual([['first, anew?', 'answered']])
  await hear(0, { type: 'retract', target: said.hash })
  expect(await states('open')).toEqual([
    ['other, anew?', 'open'],
    ['first, anew?', 'open'],
  ])
})

test('pages of what is open follow one another, whether or not something once answered', async () => {
  const { ask, hear, projections } = openQuestions()
  for (const at of [1, 2, 3, 4, 5]) {
    const { hash } = await ask(`${at}?`)
    if (at % 2 === 0) await hear(0, { type: 'retract', target: (await hear(0, response(hash, 'no'))).hash })
  }
  const pageFrom = async (offset: number) =>
    (await projections.questions({ state: 'open', limit: 2, offset })).map(
      ({ query }) => (query.envelope.content as { question: string }).question,
    )
  expect([await pageFrom(0), await pageFrom(2), await pageFrom(4)]).toEqual([['5?', '4?'], ['3?', '2?'], ['1?']])
})

test('the best answer is what the asker endorses, then what most endorse, then the most confident', async () => {
  const { ask, hear, publish, projections } = openQuestions()
  const query = await ask('how?')
  const modest = await hear(0, response(query.hash, 'modest', { confidence: 0.1 }))
  const sure = await hear(1, response(query.hash, 'sure', { confidence: 0.9 }))
  const liked = await hear(2, response(query.hash, 'liked'))
  const ranking = async () => {
    const { responses = [] } = (await projections.question(query)) ?? {}
    return responses.map((one) => [
      (one.response.envelope.content as { answer: string }).answer,
      one.isAccepted,
      one.stance,
    ])
  }
  expect((await ranking()).map(([answer]) => answer)).toEqual(['sure', 'modest', 'liked'])
  await hear(0, { type: 'endorsement', message_hash: liked.hash })
  await hear(0, { type: 'endorsement', message_hash: modest.hash })
  await hear(0, { type: 'dispute', message_hash: sure.hash, reason: 'no' })
  expect(await ranking()).toEqual([
    ['liked', false, 1],
    ['modest', false, 0],
    ['sure', false, -1],
  ])
  const [endorsed] = await publish({ content: { type: 'endorsement', message_hash: sure.hash } })
  expect(await ranking()).toEqual([
    ['sure', true, 0],
    ['liked', false, 1],
    ['modest', false, 0],
  ])
  await publish({ content: { type: 'retract', target: endorsed?.hash } })
  expect((await ranking()).map(([answer]) => answer)).toEqual(['liked', 'modest', 'sure'])
})

test.each([9e15, 1.01, -1, '1', null])('confidence %j is as if there were none', async (confidence) => {
  const { ask, hear, projections } = openQuestions()
  const query = await ask('how?')
  const sure = await hear(0, response(query.hash, 'sure', { confidence: 1 }))
  const boasting = await hear(1, response(query.hash, 'boasting', { confidence }))
  const shy = await hear(2, response(query.hash, 'shy', { confidence: 0.01 }))
  const { responses = [] } = (await projections.question(query)) ?? {}
  expect(responses.map((one) => one.response.hash)).toEqual([sure.hash, shy.hash, boasting.hash])
})

test('a query that is put anew keeps its answers, whichever version they name, and is found by each', async () => {
  const { ask, hear, publish, projections, states } = openQuestions()
  const first = await ask('how?')
  await hear(0, response(first.hash, 'to the first', { confidence: 0.1 }))
  const edits: MessageEntry[] = []
  for (const question of ['how then?', 'how indeed?']) {
    edits.push(...(await publish({ content: { type: 'query', question, supersedes: first.hash } })))
  }
  const [second, third] = edits
  await hear(1, response(second?.hash ?? '', 'to the second', { confidence: 0.9 }))
  await hear(2, response(third?.hash ?? '', 'to the third', { confidence: 0.5 }))
  expect(await states()).toEqual([['how indeed?', 'answered']])
  for (const version of [first, ...edits]) {
    const { query, answers, responses = [] } = (await projections.question(version)) ?? {}
    expect([query?.hash, answers]).toEqual([third?.hash, 3])
    expect(responses.map((one) => (one.response.envelope.content as { answer: string }).answer)).toEqual([
      'to the second',
      'to the third',
      'to the first',
    ])
  }
  await publish({ content: { type: 'retract', target: first.hash } })
  expect(await projections.question(third ?? expect.fail())).toBeUndefined()
  expect(await states()).toEqual([])
})

test('an edit of somebody else takes no answers with it', async () => {
  const { ask, hear, projections, states } = openQuestions()
  const query = await ask('how?')
  const theirs = await hear(0, { type: 'query', question: 'whose?', supersedes: query.hash })
  await hear(1, response(theirs.hash, 'theirs'))
  expect(await states()).toEqual([['how?', 'open']])
  expect((await projections.question(query))?.responses).toEqual([])
})

test('what is no query has no standing', async () => {
  const { publish, projections } = openQuestions()
  const [message] = await publish({ content: { type: 'message', text: 'how?' } })
  expect(await projections.question(message ?? expect.fail())).toBeUndefined()
})
