// How SQLite goes about what is asked: no question and no fold walks through all messages of a feed to find one of them.

import { expect, onTestFinished, test } from 'vitest'
import { openProjections, ProjectionRunner, projectionsOn } from '../../src/projections/index.ts'
import { SqliteCursorStore } from '../../src/store/index.ts'
import { openLog } from '../support/open-log.ts'
import { SILENT } from '../support/open-network.ts'
import type { ProjectionDatabase, ProjectionReader, SqlValue } from '../../src/projections/projection.ts'

const WALKS_A_FEED =
  /things_by_sequence \(feed=\?\)$|SCAN things\b(?!.*things_erased)|SCAN things_replies\b(?!.*_waiting)|things USING INTEGER PRIMARY KEY \(rowid>/

function opened() {
  const { log, database, reader: plainReader, clock } = openLog()
  const plans: string[] = []
  const explain = (sql: string, parameters: readonly SqlValue[]): void => {
    const steps = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters) as { detail: string }[] // As: its columns.
    plans.push(...steps.map(({ detail }) => detail))
  }
  const reader: ProjectionReader = {
    read: (sql, ...parameters) => {
      explain(sql, parameters)
      return plainReader.read(sql, ...parameters)
    },
    readInTurn: (queries) => plainReader.readInTurn(queries),
  }
  const folded: ProjectionDatabase = {
    exec: (sql) => database.exec(sql),
    prepare: (sql) => {
      const count = sql.split('?').length - 1
      explain(sql, Array<null>(count).fill(null))
      return database.prepare(sql)
    },
  }
  const cursors = new SqliteCursorStore(database)
  const folding = new ProjectionRunner({ log, cursors, projections: projectionsOn(folded), logger: SILENT })
  const projections = openProjections({ log, reader, folding, clock: () => clock.now })
  onTestFinished(() => projections.stop())
  return { log, projections, plans }
}

test('nothing walks through a feed', async () => {
  const { log, projections, plans } = opened()
  await projections.start()
  const message = await log.publish({ content: { type: 'query', question: 'how?' } })
  const answer = await log.publish({ content: { type: 'response', query_hash: message.hash, answer: 'so' } })
  const edit = await log.publish({ content: { type: 'query', question: 'why?', supersedes: message.hash } })
  await log.publish({ content: { type: 'retract', target: answer.hash } })
  const page = { limit: 10, offset: 0 }
  await projections.inbox({ author: log.author, roles: ['on-call'], muted: [], unread: true, ...page })
  await projections.questions(page)
  await projections.question(edit)
  await projections.effectOf(message)
  await projections.effectOf(answer)
  await projections.thingOf(message)
  await projections.retractsOf(message, 10)
  await projections.search({ text: 'why', fts5: false, ...page })
  await projections.list({ contentType: 'query', shown: [], ...page })
  await projections.cards(page)
  await projections.namedLike('somebody')
  expect(plans.length).toBeGreaterThan(50)
  expect(plans.filter((step) => WALKS_A_FEED.test(step))).toEqual([])
})

test('neither what is open is looked for among what is answered, nor a rare category among all messages', async () => {
  const { log, projections, plans } = opened()
  await projections.start()
  await log.publish({ content: { type: 'query', question: 'how?' } })
  const folded = plans.length
  await projections.questions({ state: 'open', limit: 10, offset: 0 })
  await projections.questions({ state: 'expired', limit: 10, offset: 0 })
  const page = { author: log.author, roles: [], muted: [], category: 'deploys', limit: 10, offset: 0 }
  for (const unread of [false, true]) await projections.inbox({ ...page, severity: 'warning', unread })
  const steps = plans.slice(folded)
  // What was found is walked once for its answers; nothing else is, but for what these indexes alone hold.
  const walks = steps.filter((step) => step.startsWith('SCAN') && !/_(unanswered|out)\b/.test(step))
  expect(walks.filter((step) => /SCAN (mail|way|things|response)\b/.test(step))).toEqual([])
  expect(walks.filter((step) => /SCAN query/.test(step))).toEqual(['SCAN query', 'SCAN query'])
  expect(steps.filter((step) => /mail_queries \(|mail_weighty|things_replies_by_asker/.test(step))).toEqual([])
  const ways = steps.filter((step) => /SEARCH way/.test(step))
  expect(ways.length).toBeGreaterThan(4)
  for (const step of ways) expect(step).toMatch(/(mail_categories|things_replies_categories) \(\w+=\? AND category=\?/)
})

test('cards of some authors are not made of those of everybody', async () => {
  const { log, projections, plans } = opened()
  await projections.start()
  await log.publish({ content: { type: 'profile', name: 'Ada' } })
  const folded = plans.length
  await projections.agentsOf([log.author])
  await projections.cards({ only: [log.author], limit: 10, offset: 0 })
  expect(plans.slice(folded).filter((step) => /SCAN profiles_agents/.test(step))).toEqual([])
  expect(plans.slice(folded).some((step) => /SEARCH profiles_agents/.test(step))).toBe(true)
})
