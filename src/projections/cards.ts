// Who is who, from the tables of the profiles: one card for each agent that has a profile which holds now.

import { displayName, nameKey } from '../content/index.ts'
import { AGENTS_OF_AUTHOR_MAX, CANDIDATES_TOLD_MAX, PROFILES_LOOKED_AT_MAX } from './constants.ts'
import { isInForce } from './things/index.ts'
import type { Author, Hash } from '../feed/index.ts'
import type { Log } from '../log/index.ts'
import type { ProjectionReader, SqlValue } from './projection.ts'

/** Which cards, and which page of them. Filters that are absent let everything pass. */
export interface CardsQuery {
  /** A slug that stands among the card's. */
  capability?: string | undefined
  role?: string | undefined
  /** Only cards of these authors. */
  only?: readonly Author[] | undefined
  /** Authors whose cards stand first. */
  first?: readonly Author[] | undefined
  limit: number
  offset: number
}

/** What an agent says of itself. */
export interface Card {
  author: Author
  /** Which of several agents of a node; absent for the node itself. */
  agent?: string
  /** As {@link displayName} gives it. */
  name: string
  /** What the profile calls it, when it calls it anything. */
  ownName?: string
  description?: string
  capabilities: readonly string[]
  role?: string
  host?: string
  /** The profile. */
  hash: Hash
}

/** A page of cards. */
export interface CardsPage {
  cards: Card[]
  /** How many there are on all pages. */
  total: number
}

/** An author who has some name. */
export interface Named {
  author: Author
  /** As {@link displayName} gives it. */
  name: string
  /** As the profile has it. */
  ownName: string
}

/** Reads cards. */
export class Cards {
  readonly #reader: ProjectionReader
  readonly #log: Pick<Log, 'entriesAt' | 'feedNumber' | 'blockedFeeds'>

  constructor(reader: ProjectionReader, log: Pick<Log, 'entriesAt' | 'feedNumber' | 'blockedFeeds'>) {
    this.#reader = reader
    this.#log = log
  }

  /** Cards by name, at a moment in milliseconds since 1970. */
  async page({ capability, role, only, first = [], limit, offset }: CardsQuery, now: number): Promise<CardsPage> {
    const chosen = only === undefined ? [] : [this.#feedsOf(only)]
    const filters = [capability ?? null, capability ?? null, role ?? null, role ?? null]
    const page = only === undefined ? PAGE : PAGE_OF_SOME
    const rows = await this.#ask(page, now, [...chosen, ...filters, this.#feedsOf(first), limit, offset])
    return { cards: await this.#cardsOf(rows), total: rows[0]?.total ?? 0 }
  }

  /** Which agents of these authors have cards, by author. */
  async agentsOf(authors: readonly Author[], now: number): Promise<ReadonlyMap<Author, ReadonlySet<string>>> {
    const feeds = new Map(authors.map((author) => [this.#log.feedNumber(author), author]))
    const rows = await this.#ask<{ feed: number; agent: string }>(AGENTS, now, [this.#feedsOf(authors)])
    const agents = new Map<Author, Set<string>>()
    for (const { feed, agent } of rows) {
      const author = feeds.get(feed)
      if (author !== undefined) agents.set(author, (agents.get(author) ?? new Set()).add(agent))
    }
    return agents
  }

  /** Authors who have a card with a name that could be taken for this one. */
  async namedLike(name: string, now: number): Promise<Named[]> {
    const rows = await this.#ask(LIKE, now, [nameKey(name), CANDIDATES_TOLD_MAX])
    const cards = await this.#cardsOf(rows)
    return cards.flatMap(({ author, name: shown, ownName }) =>
      ownName === undefined ? [] : [{ author, name: shown, ownName }],
    )
  }

  #ask<Row = CardColumns>(sql: string, now: number, parameters: readonly SqlValue[]): Promise<Row[]> {
    return this.#reader.read<Row>(sql, now, JSON.stringify(this.#log.blockedFeeds()), ...parameters)
  }

  #feedsOf(authors: readonly Author[]): string {
    return JSON.stringify(authors.flatMap((author) => this.#log.feedNumber(author) ?? []))
  }

  async #cardsOf(rows: readonly CardColumns[]): Promise<Card[]> {
    const entries = await this.#log.entriesAt(rows.flatMap(({ offset }) => offset ?? []))
    const profiles = new Map(entries.map((entry) => [entry.offset, entry]))
    return rows.flatMap((row) => {
      const profile = row.offset === null ? undefined : profiles.get(row.offset)
      // Forgotten a moment ago.
      if (profile === undefined) return []
      const { author, hash } = profile
      const { agent, name, description, role, host } = row
      return {
        author,
        hash,
        name: displayName(author, name ?? undefined, row.isShared === 1),
        // As: the projection has written it.
        capabilities: JSON.parse(row.capabilities) as string[],
        ...(agent !== '' && { agent }),
        ...(name !== null && { ownName: name }),
        ...(description !== null && { description }),
        ...(role !== null && { role }),
        ...(host !== null && { host }),
      }
    })
  }
}

interface CardColumns {
  total: number
  /** Null in the one row of an empty page. */
  offset: number | null
  agent: string
  name: string | null
  description: string | null
  capabilities: string
  role: string | null
  host: string | null
  isShared: number
}

/** What every question begins with: its moment, and the feeds that are blocked. */
export const ASKED = 'WITH asked (now, hidden) AS MATERIALIZED (VALUES (?, ?))'

/** Whether a row of `profiles` holds at the moment of the question. */
const HOLDS = `begins_at <= (SELECT now FROM asked) AND ends_at > (SELECT now FROM asked) AND ${isInForce('profiles.offset')}`

/** Beside a column `feed`. */
export const SHOWN = 'feed NOT IN (SELECT value FROM json_each((SELECT hidden FROM asked)))'

/** Of the latest profiles that a condition chooses, the last one that holds. However many somebody takes back, so many are looked at. */
export function lastHeld(column: string, chosen: string): string {
  const latest = `(SELECT * FROM profiles WHERE ${chosen} ORDER BY sequence DESC LIMIT ${PROFILES_LOOKED_AT_MAX})`
  return `(SELECT ${column} FROM ${latest} AS profiles WHERE ${HOLDS} ORDER BY sequence DESC LIMIT 1)`
}

/** The card of an agent. */
function held(column: string, feed: string, agent: string): string {
  return lastHeld(column, `feed = ${feed} AND agent = ${agent}`)
}

/** The agents of an author who have cards. */
function agentsOf(feed: string): string {
  return `(SELECT agent FROM profiles_agents WHERE feed = ${feed} ORDER BY agent LIMIT ${AGENTS_OF_AUTHOR_MAX})`
}

/** Whether another author's card has a name that could be taken for this one. */
export function isShared(nameKey: string, feed: string): string {
  return `EXISTS (
    SELECT 1 FROM profiles_names AS others
    WHERE others.name_key = ${nameKey} AND others.feed <> ${feed} AND others.${SHOWN} AND EXISTS (
      SELECT 1 FROM ${agentsOf('others.feed')} AS agents WHERE ${held('name_key', 'others.feed', 'agents.agent')} = others.name_key))`
}

/** Feeds of which the cards are made: a parameter, before all others. */
const OF_SOME = 'feed IN (SELECT value FROM json_each(?))'

const cardsOf = (feeds: string): string => `${ASKED}, agents AS (
    SELECT feed, agent, row_number() OVER (PARTITION BY feed ORDER BY agent) AS place FROM profiles_agents WHERE ${feeds} AND ${SHOWN}
  ), cards AS MATERIALIZED (
    SELECT cards.* FROM agents JOIN profiles AS cards ON cards.offset = ${held('offset', 'agents.feed', 'agents.agent')}
    WHERE place <= ${AGENTS_OF_AUTHOR_MAX}
  )`

const SHARED = isShared('page.name_key', 'page.feed')

const pageOf = (feeds: string): string => `${cardsOf(feeds)}, found AS MATERIALIZED (
    SELECT * FROM cards
    WHERE (? IS NULL OR EXISTS (SELECT 1 FROM json_each(capabilities) WHERE value = ?)) AND (? IS NULL OR role = ?)
  ), page AS MATERIALIZED (
    SELECT *, row_number() OVER (
      ORDER BY feed IN (SELECT value FROM json_each(?)) DESC, name IS NULL, name COLLATE NOCASE, feed, agent) AS place
    FROM found ORDER BY place LIMIT ? OFFSET ?
  )
  SELECT total, page.*, ${SHARED} AS isShared FROM (SELECT count(*) AS total FROM found) LEFT JOIN page ORDER BY place`

const PAGE = pageOf('true')
const PAGE_OF_SOME = pageOf(OF_SOME)

const AGENTS = `${cardsOf(OF_SOME)} SELECT feed, agent FROM cards`

const LIKE = `${ASKED}, page AS MATERIALIZED (
    SELECT profiles.* FROM profiles_names AS names
      JOIN profiles_agents AS agents ON agents.feed = names.feed AND agents.agent IN ${agentsOf('names.feed')}
      JOIN profiles ON profiles.offset = ${held('offset', 'agents.feed', 'agents.agent')}
    WHERE names.name_key = ? AND names.${SHOWN} AND profiles.name_key = names.name_key
    GROUP BY names.feed LIMIT ?
  )
  SELECT 0 AS total, page.*, ${SHARED} AS isShared FROM page`
