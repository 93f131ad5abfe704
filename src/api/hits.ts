// What stands beside a message that was found: how well it matches and why, how old it is, and what others think of it.

import { parseTimestamp } from '../feed/index.ts'
import { isExpired } from '../log/index.ts'
import type { Author } from '../feed/index.ts'
import type { MessageEntry } from '../log/index.ts'
import type { Hit, MatchedWord } from '../projections/index.ts'
import type { Added } from './message-text.ts'
import type { HitData } from './shapes/hit.ts'

/** What is added to the local part of a hit. */
export type HitFacts = Pick<HitData, 'age_secs' | 'score' | 'snippet' | 'stance' | 'matched'>

type Names = ReadonlyMap<Author, string>

/** What a hit is told with. */
interface HitInit {
  /** Of {@link authorsIn} the hits. */
  names: Names
  /** Names of the parameters that narrowed the search. */
  filters: readonly string[]
  /** Milliseconds since 1970. */
  now: number
}

/** Everybody whose name stands in the answer. */
export function authorsIn(hits: readonly Hit[]): Author[] {
  return hits.flatMap(({ message, stance }) => [message.author, ...(stance?.reasons ?? []).map(({ author }) => author)])
}

export function hitFacts(hit: Hit, { names, filters, now }: HitInit): Added & HitFacts {
  const { message, score, snippet, judged } = hit
  return {
    author_name: names.get(message.author),
    age_secs: ageOf(message, now),
    score,
    snippet,
    stance: stanceOf(hit, names),
    matched: { ...shownMatch(hit), filters: [...filters] },
    isExpired: isExpired(message, now),
    ...judged,
  }
}

/** The same as far as the older call has it: what is said of every hit is left away. */
export function markedFacts(hit: Hit, names: Names): Added {
  const { message, score, snippet, stance, judged } = hit
  const marks = { ...(stance && { stance: stanceOf(hit, names) }), ...judged }
  return { author_name: names.get(message.author), score, snippet, ...marks }
}

/** Endorsements minus disputes, and why it is disputed. */
function stanceOf({ stance }: Hit, names: Names): HitData['stance'] {
  const { endorsements = 0, disputes = 0, reasons = [] } = stance ?? {}
  const told = reasons.map(({ author, reason }) => ({ author, author_name: names.get(author), reason }))
  return { score: endorsements - disputes, endorsements, disputes, reasons: told }
}

/** Since it came or was written, whichever is longer ago. */
function ageOf({ envelope, receivedAt }: MessageEntry, now: number): number {
  const since = Math.min(parseTimestamp(envelope.timestamp), receivedAt)
  return Math.max(0, Math.round((now - since) / 1000))
}

/** Words that are missing at the beginning of a message that has all stand further behind. */
function shownMatch({ matched, hasAll }: Hit): Pick<HitData['matched'], 'how' | 'words' | 'missing'> {
  const { words = [], missing = [] } = matched ?? {}
  return { how: hasAll ? 'all words' : 'some words', words: words.map(shownWord), missing: hasAll ? [] : missing }
}

/** As people call the columns of the index. */
const PLACES = { title: 'title', observation: 'text', rest: 'other' } as const

function shownWord({ word, as, in: columns }: MatchedWord): HitData['matched']['words'][number] {
  return { word, as, in: columns.map((column) => PLACES[column]) }
}
