// The ways in which messages reach us, as SQL. Each is an index that is walked from its newest message on; what has no mark, where that is
// little, is found by blocks instead.

import { EVERYBODY } from '../../content/index.ts'
import { BLOCK_OFFSETS, bitOf, blockOf } from '../bit-blocks.ts'
import { FEW_UNMARKED_MAX, ROLES_MAX } from '../constants.ts'
import type { Author } from '../../feed/index.ts'
import type { Query, SqlValue } from '../projection.ts'

/** How a message reached us, the closest first. */
export const REACHES = ['direct', 'role', 'reply', 'everybody'] as const
export type Reach = (typeof REACHES)[number]

/** One way: rows with offset, time and feed of messages, and blocks of their offsets beside them. */
export interface Way {
  reach: Reach
  table: 'mail_recipients' | 'things_replies'
  /** By which the rows of one inbox are found, and what stands in it. */
  column: 'recipient' | 'asker'
  whose: SqlValue
}

/** Which messages of the ways. */
export interface Wanted {
  /** What has to hold of `mail`; feed, time and offset are asked of the table that is given, of the way as long as it is walked. */
  conditions: (place: 'way' | 'mail') => Query
  /** Only those without this mark. */
  without: 'read' | 'acknowledged' | undefined
  /** What few messages are, so that an index of these alone is walked: of this category, or weightier than most. */
  rare: { category: string } | 'weighty' | undefined
  /** Of each way the newest that are looked for. */
  enough: number
}

/** @param feed - our own */
export function waysTo(author: Author, feed: number, roles: readonly string[]): Way[] {
  const named = (reach: Reach, whose: string): Way => ({ reach, table: 'mail_recipients', column: 'recipient', whose })
  return [
    named('direct', author),
    ...roles.slice(0, ROLES_MAX).map((role) => named('role', `role:${role}`)),
    named('everybody', EVERYBODY),
    { reach: 'reply', table: 'things_replies', column: 'asker', whose: feed },
  ]
}

/** What came by these ways, each message once, by the closest: the beginning of a query, in which `reached` has offset, time and reach. */
export function reachedBy(ways: readonly Way[], wanted: Wanted): Query {
  const { without } = wanted
  const parts = ways.map((way) => (without === undefined ? walked(way, wanted) : unmarked(way, without, wanted)))
  return {
    sql: `WITH ${BITS}, reached AS MATERIALIZED (
      SELECT offset, time, min(reach) AS reach FROM (${parts.map(({ sql }) => sql).join(' UNION ALL ')}) GROUP BY offset)`,
    parameters: parts.flatMap(({ parameters }) => parameters),
  }
}

function walked(way: Way, { conditions, rare, enough }: Wanted, before = '', limit = `${enough}`): Query {
  const { sql, parameters } = conditions('way')
  const weighty = rare === 'weighty' && way.table === 'mail_recipients' ? 'AND way.severity > 0' : ''
  const category = typeof rare === 'object' ? [rare.category] : []
  const ofCategory = category.map(() => 'AND way.category = ?').join()
  return {
    sql: `SELECT * FROM (
      SELECT ${columnsOf(way)} FROM ${way.table} AS way CROSS JOIN mail ON mail.offset = way.offset
      WHERE way.${way.column} = ? ${ofCategory} ${weighty} ${before} ${sql} ORDER BY way.time DESC, way.offset DESC LIMIT ${limit})`,
    parameters: [way.whose, ...category, ...parameters],
  }
}

/**
 * However many have the mark: a few without it are found by their blocks, and of many the walk soon has enough.
 *
 * LIMIT: many that all lie behind tens of thousands with the mark are walked to, at half a microsecond for each of those.
 */
function unmarked(way: Way, mark: 'read' | 'acknowledged', wanted: Wanted): Query {
  const found = wanted.conditions('mail')
  const hasMark = `SELECT 1 FROM inbox_blocks WHERE block = ${blockOf('way.offset')} AND ${mark} & ${bitOf('way.offset')}`
  // A condition on the number of the few would be asked at each step of the walk.
  const ifMany = `iif((SELECT count(*) FROM few) > ${FEW_UNMARKED_MAX}, ${wanted.enough}, 0)`
  const many = walked(way, wanted, `AND NOT EXISTS (${hasMark})`, ifMany)
  return {
    sql: `SELECT * FROM (
      WITH blocks AS (
        SELECT block, bits & ~coalesce((SELECT ${mark} FROM inbox_blocks WHERE inbox_blocks.block = all_blocks.block), 0) AS left
        FROM ${way.table}_blocks AS all_blocks WHERE ${way.column} = ?
      ), few AS MATERIALIZED (
        SELECT block * ${BLOCK_OFFSETS} + bit AS offset FROM blocks CROSS JOIN bits WHERE left != 0 AND left >> bit & 1
        LIMIT ${FEW_UNMARKED_MAX + 1}
      )
      SELECT ${columnsOf(way)} FROM few CROSS JOIN mail ON mail.offset = few.offset
      WHERE (SELECT count(*) FROM few) <= ${FEW_UNMARKED_MAX} ${found.sql}
      UNION ALL ${many.sql})`,
    parameters: [way.whose, ...found.parameters, ...many.parameters],
  }
}

function columnsOf({ reach }: Way): string {
  return `mail.offset, mail.time, ${REACHES.indexOf(reach)} AS reach`
}

const BITS = `bits (bit) AS MATERIALIZED (VALUES ${Array.from({ length: BLOCK_OFFSETS }, (_, bit) => `(${bit})`).join(', ')})`
