// A memory that stays on this machine: a row of a table, never signed and never sent.

/** What is written of it. */
export interface LocalRecord {
  /** What would be the content of a message, as canonical JSON. */
  content: string
  tags: readonly string[]
  category: string
  project: string | undefined
  agent: string | undefined
  /** Names what it says, so that the same is not kept twice: `sayingOf` of content/. */
  said: string
  /** What it is found by. */
  words: { title: string; text: string; rest: string }
  /** Milliseconds since 1970, from which on it is in no answer. */
  expiresAt: number | undefined
}

/** What is kept. */
export interface LocalMemory {
  /** Never given twice. */
  number: number
  content: string
  tags: readonly string[]
  expiresAt: number | undefined
  /** Milliseconds since 1970. */
  createdAt: number
  /** When it was last corrected; equal to `createdAt` when it never was. */
  updatedAt: number
}

/** Which of them are looked at. What is undefined lets everything pass. */
export interface LocalFilters {
  category?: string | undefined
  project?: string | undefined
  tag?: string | undefined
  agent?: string | undefined
  /** Milliseconds since 1970: only those written or corrected since. */
  since?: number | undefined
  /** What has expired by then is left out. */
  now: number
}

/** A place in the list of local memories, newest first. */
export interface LocalPlace {
  time: number
  number: number
}

/** One that was found. */
export interface LocalHit {
  memory: LocalMemory
  /** Higher is better; comparable within one answer only. */
  score: number
  /** The words around the match, which stands between [ and ]. */
  snippet: string
}

/** Durable; writes are synchronous, questions are answered beside the main thread. store/ implements it. */
export interface LocalMemoryStore {
  /** How many there are, those that have expired included. */
  count(): number
  get(number: number): LocalMemory | undefined
  /** The newest that says this and has not expired. */
  saying(said: string, now: number): LocalMemory | undefined
  add(record: LocalRecord, now: number): LocalMemory
  /** Undefined when there is none of this number. */
  replace(number: number, record: LocalRecord, now: number): LocalMemory | undefined
  remove(number: number): boolean
  /** Removes at most `limit` of those that have expired by then, and answers how many. */
  removeExpired(now: number, limit: number): number
  /** Newest first, behind a place. */
  page(filters: LocalFilters, after: LocalPlace | undefined, limit: number): Promise<LocalMemory[]>
  countOf(filters: LocalFilters): Promise<number>
  /** @param match - in FTS5's language, over the columns title, text and rest; the best first */
  search(match: string, filters: LocalFilters, limit: number): Promise<LocalHit[]>
}
