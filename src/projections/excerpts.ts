// Of each hit the place that matched, and which word stands where. The index keeps no text, so the texts of the hits on one page are
// indexed once more, in a temporary table of the reader, and FTS5 finds the place with the same rules by which it found the message.

import { setImmediate as nextTurn } from 'node:timers/promises'
import { SNIPPET_SOURCE_LENGTH_MAX, SNIPPET_WORDS } from './constants.ts'
import { TOKENIZER } from './search.ts'
import { searchTextOf } from './search-text.ts'
import { unspaced } from './word-parts.ts'
import type { MessageEntry } from '../log/index.ts'
import type { ProjectionReader } from './projection.ts'
import type { Term } from './search-words.ts'

/** A column of the index: the title, what the message says, everything else. */
export type Column = (typeof COLUMNS)[number]

/** Which words of a search a message has, as far as its first 8,192 characters tell. */
export interface Matched {
  words: MatchedWord[]
  /** Words that it does not have there. */
  missing: string[]
}

/** A word of a search, and where it stands. */
export interface MatchedWord {
  word: string
  /** `beginning`: no form of the word itself stands there, but words that begin with it. */
  as: 'whole' | 'beginning'
  in: Column[]
}

/** What of a message shows that it was meant. */
export interface Excerpt {
  /** Some words around the match, which stands between [ and ]. */
  snippet: string
  /** Absent when FTS5's own language was spoken. */
  matched?: Matched
}

const COLUMNS = ['title', 'observation', 'rest'] as const

/** The columns are those of the index, so that every question to that can be put to this; there are no marks to find. */
const CREATE = `CREATE VIRTUAL TABLE IF NOT EXISTS temp.search_hits USING fts5 (
  title, observation, rest, marks, tokenize = '${TOKENIZER}'
)`
const CLEAR = 'DELETE FROM temp.search_hits'
const FILL = 'INSERT INTO temp.search_hits (rowid, title, observation, rest) VALUES (?, ?, ?, ?)'

/** A row with the snippet of each message, then one for each word in each column of each. */
const CUT = `
  SELECT rowid AS offset, snippet(search_hits, -1, '[', ']', '…', ${SNIPPET_WORDS}) AS snippet, NULL AS word, NULL AS form, NULL AS found
  FROM temp.search_hits WHERE search_hits MATCH ?
  UNION ALL
  SELECT search_hits.rowid, NULL, asked.value ->> 'word', asked.value ->> 'form', asked.value ->> 'column'
  FROM json_each(?) AS asked CROSS JOIN temp.search_hits WHERE search_hits MATCH asked.value ->> 'match'`

interface CutColumns {
  offset: number
  snippet: string | null
  /** Place among the words. */
  word: number
  form: MatchedWord['as']
  found: Column
}

/** Characters of a snippet that shows the beginning, because the match lies too far behind. */
const BEGINNING_LENGTH = 160

/** Parsing between two turns of the event loop. The longest message takes a few milliseconds more, well below 20 in all (goals.md). */
const SLICE_MS = 4

/** What of a message an excerpt can come from. */
interface Source {
  offset: number
  /** Title, observation and the rest. */
  texts: readonly [string, string, string]
  beginning: string
}

/** What was asked. */
export interface Asked {
  /** In FTS5's language. */
  match: string
  /** The words; none when FTS5's own language was spoken. */
  terms: readonly Term[]
}

/** An excerpt of each message, by its offset. */
export async function excerptsOf(
  reader: ProjectionReader,
  { match, terms }: Asked,
  messages: readonly MessageEntry[],
): Promise<Map<number, Excerpt>> {
  if (messages.length === 0) return new Map()
  const sources = await sourcesOf(messages)
  const cut = await reader.readInTurn<CutColumns>([
    { sql: CREATE, parameters: [] },
    { sql: CLEAR, parameters: [] },
    ...sources.map(({ offset, texts }) => ({ sql: FILL, parameters: [offset, ...texts] })),
    { sql: CUT, parameters: [match, JSON.stringify(terms.flatMap(asksOf))] },
  ])
  const rows = Map.groupBy(cut, ({ offset }) => offset)
  return new Map(
    sources.map(({ offset, beginning }) => [offset, excerptOf(rows.get(offset) ?? [], beginning, terms)] as const),
  )
}

/** What is asked of the words of each hit. */
interface Ask {
  /** Place among the words. */
  word: number
  form: MatchedWord['as']
  column: Column
  match: string
}

function asksOf({ whole, begun }: Term, word: number): Ask[] {
  return COLUMNS.flatMap((column) => [
    { word, form: 'whole', column, match: `${column} : (${whole})` } as const,
    ...(begun === undefined ? [] : [{ word, form: 'beginning', column, match: `${column} : (${begun})` } as const]),
  ])
}

function excerptOf(rows: readonly CutColumns[], beginning: string, terms: readonly Term[]): Excerpt {
  const cut = rows.find(({ snippet }) => snippet !== null)?.snippet
  const snippet = cut === undefined || cut === null ? beginning : onOneLine(cut)
  return terms.length === 0 ? { snippet } : { snippet, matched: matchedOf(rows, terms) }
}

function matchedOf(rows: readonly CutColumns[], terms: readonly Term[]): Matched {
  const words = terms.map(({ word }, place): MatchedWord => {
    const places = rows.filter((row) => row.word === place)
    const found = new Set(places.map((row) => row.found))
    const isWhole = places.some(({ form }) => form === 'whole')
    return { word, as: isWhole ? 'whole' : 'beginning', in: COLUMNS.filter((column) => found.has(column)) }
  })
  return {
    words: words.filter((word) => word.in.length > 0),
    missing: words.filter((word) => word.in.length === 0).map(({ word }) => word),
  }
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
  return unspaced(text.replace(/\s+/gu, ' ').trim())
}
