// The place in a message that matched. The index keeps no text, so the texts of the hits on one page are indexed once more, in a
// temporary table of the reader, and FTS5 finds the place with the same rules by which it found the message.

import { setImmediate as nextTurn } from 'node:timers/promises'
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
const FILL = 'INSERT INTO temp.search_hits (rowid, title, observation, rest) VALUES (?, ?, ?, ?)'
const CUT = `SELECT rowid AS offset, snippet(search_hits, -1, '[', ']', '…', ${SNIPPET_WORDS}) AS snippet
  FROM temp.search_hits WHERE search_hits MATCH ?`

/** Characters of a snippet that shows the beginning, because the match lies too far behind. */
const BEGINNING_LENGTH = 160

/** Parsing between two turns of the event loop. The longest message takes a few milliseconds more, well below 20 in all (goals.md). */
const SLICE_MS = 4

/** What of a message a snippet can come from. */
interface Source {
  offset: number
  /** Title, observation and the rest. */
  texts: readonly [string, string, string]
  beginning: string
}

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
  const sources = await sourcesOf(messages)
  const cut = await reader.readInTurn<{ offset: number; snippet: string }>([
    { sql: CREATE, parameters: [] },
    { sql: CLEAR, parameters: [] },
    ...sources.map(({ offset, texts }) => ({ sql: FILL, parameters: [offset, ...texts] })),
    { sql: CUT, parameters: [match] },
  ])
  const beginnings = sources.map(({ offset, beginning }) => [offset, beginning] as const)
  return new Map([...beginnings, ...cut.map(({ offset, snippet }) => [offset, onOneLine(snippet)] as const)])
}

/** In slices: a page of the longest messages takes a third of a second to parse. */
async function sourcesOf(messages: readonly MessageEntry[]): Promise<Source[]> {
  const sources: Source[] = []
  let begunAt = performance.now()
  for (const message of messages) {
    const texts = textsOf(message)
    sources.push({ offset: message.offset, texts, beginning: beginningOf(texts) })
    if (performance.now() - begunAt < SLICE_MS) continue
    await nextTurn()
    begunAt = performance.now()
  }
  return sources
}

function textsOf(message: MessageEntry): [string, string, string] {
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
