// The place in a message that matched. The index keeps no text, so the texts of the hits on one page are indexed once more, in a
// temporary table of the reader, and FTS5 finds the place with the same rules by which it found the message.

import { SNIPPET_SOURCE_LENGTH_MAX, SNIPPET_WORDS } from './constants.ts'
import { TOKENIZER } from './search.ts'
import { searchTextOf } from './search-text.ts'
import type { MessageEntry } from '../log/index.ts'
import type { ProjectionReader } from './projection.ts'

/** The columns are those of the index, so that every question to that can be put to this; there are no marks to find. */
const CREATE = `CREATE VIRTUAL TABLE IF NOT EXISTS temp.search_hits USING fts5 (
  title, observation, rest, marks, tokenize = '${TOKENIZER}'
)`
const CLEAR = 'DELETE FROM temp.search_hits'
const FILL = `INSERT INTO temp.search_hits (rowid, title, observation, rest)
  SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?)`
const CUT = `SELECT rowid AS offset, snippet(search_hits, -1, '[', ']', '…', ${SNIPPET_WORDS}) AS snippet
  FROM temp.search_hits WHERE search_hits MATCH ?`

/** Characters of a snippet that shows the beginning, because the match lies too far behind. */
const BEGINNING_LENGTH = 160

/**
 * A snippet of each message by its offset: some words around the match, which stands between [ and ].
 *
 * @param match - what FTS5 was asked
 */
export async function snippetsOf(
  reader: ProjectionReader,
  match: string,
  messages: readonly MessageEntry[],
): Promise<Map<number, string>> {
  if (messages.length === 0) return new Map()
  const sources = messages.map((message) => [message.offset, ...sourceOf(message)] as const)
  const cut = await reader.readInTurn<{ offset: number; snippet: string }>([
    { sql: CREATE, parameters: [] },
    { sql: CLEAR, parameters: [] },
    { sql: FILL, parameters: [JSON.stringify(sources)] },
    { sql: CUT, parameters: [match] },
  ])
  const beginnings = sources.map(([offset, ...texts]) => [offset, beginningOf(texts)] as const)
  return new Map([...beginnings, ...cut.map(({ offset, snippet }) => [offset, onOneLine(snippet)] as const)])
}

function sourceOf(message: MessageEntry): [string, string, string] {
  const { title, observation, rest } = searchTextOf(message.envelope)
  const forObservation = Math.max(0, SNIPPET_SOURCE_LENGTH_MAX - title.length)
  const forRest = Math.max(0, forObservation - observation.length)
  return [title.slice(0, SNIPPET_SOURCE_LENGTH_MAX), observation.slice(0, forObservation), rest.slice(0, forRest)]
}

function beginningOf(texts: readonly string[]): string {
  const text = onOneLine(texts.filter((part) => part !== '').join(' '))
  const characters = Array.from(text.slice(0, 2 * BEGINNING_LENGTH))
  return characters.length <= BEGINNING_LENGTH ? text : `${characters.slice(0, BEGINNING_LENGTH).join('').trimEnd()}…`
}

function onOneLine(text: string): string {
  return text.replace(/\s+/gu, ' ').trim()
}
