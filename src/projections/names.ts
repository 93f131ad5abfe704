// How authors are called wherever they are shown. Lists ask for dozens of names, again and again: those that were looked up are kept until
// a profile comes, and a few seconds at most.

import { displayName, shortKey } from '../content/index.ts'
import { ASKED, isShared, lastHeld } from './cards.ts'
import { NAMES_CACHED_MAX, NAMES_KEPT_MS } from './constants.ts'
import type { Author } from '../feed/index.ts'
import type { Log } from '../log/index.ts'
import type { ProjectionReader } from './projection.ts'

/** What names are looked up with. */
export interface NamesComponents {
  reader: ProjectionReader
  log: Pick<Log, 'feedNumber' | 'blockedFeeds'>
  /** The offset up to which profiles, and what messages do to them, are folded. */
  folded: () => number
  /** Milliseconds since 1970. */
  clock: () => number
}

/** Looks names up. */
export class Names {
  readonly #components: NamesComponents
  #names = new Map<Author, string>()
  /** What the kept names stand for. */
  #asOf = { offset: 0, hidden: '', until: 0 }

  constructor(components: NamesComponents) {
    this.#components = components
  }

  /** How each of these authors is called: by its name, or by its short key. */
  async of(authors: Iterable<Author>): Promise<ReadonlyMap<Author, string>> {
    return this.#namesOf(new Set(authors), () => this.#fresh())
  }

  /** The same, though profiles of the last {@link NAMES_KEPT_MS} may be missed. */
  async recent(authors: Iterable<Author>): Promise<ReadonlyMap<Author, string>> {
    const isRecent = this.#components.clock() < this.#asOf.until
    return this.#namesOf(new Set(authors), async () => (isRecent ? this.#names : this.#fresh()))
  }

  /** A name is a courtesy: no answer fails for want of it, and whoever reads its tables in vain is told elsewhere. */
  async #namesOf(asked: ReadonlySet<Author>, keep: () => Promise<Map<Author, string>>): Promise<Map<Author, string>> {
    try {
      return await this.#lookedUp(asked, await keep())
    } catch {
      return new Map([...asked].map((author) => [author, shortKey(author)]))
    }
  }

  async #lookedUp(asked: ReadonlySet<Author>, kept: Map<Author, string>): Promise<Map<Author, string>> {
    const unknown = [...asked].filter((author) => !kept.has(author))
    const found = unknown.length === 0 ? new Map<Author, string>() : await this.#lookUp(unknown)
    const names = [...asked].map((author): [Author, string] => {
      return [author, kept.get(author) ?? found.get(author) ?? shortKey(author)]
    })
    if (kept.size + found.size > NAMES_CACHED_MAX) kept.clear()
    for (const [author, name] of found) kept.set(author, name)
    return new Map(names)
  }

  /** The names that are kept, when they still hold; else none. */
  async #fresh(): Promise<Map<Author, string>> {
    const { log, folded, clock } = this.#components
    const [offset, hidden, now] = [folded(), JSON.stringify(log.blockedFeeds()), clock()]
    const { offset: before, hidden: wasHidden, until } = this.#asOf
    const isOld = now >= until || hidden !== wasHidden
    if (isOld || (offset !== before && (await this.#hasChangedSince(before)))) {
      this.#names = new Map()
      this.#asOf = { offset, hidden, until: now + NAMES_KEPT_MS }
    } else if (offset > this.#asOf.offset) this.#asOf.offset = offset
    return this.#names
  }

  async #hasChangedSince(offset: number): Promise<boolean> {
    const rows = await this.#components.reader.read(CHANGED, offset, offset)
    return rows.length > 0
  }

  async #lookUp(authors: readonly Author[]): Promise<Map<Author, string>> {
    const { reader, log, clock } = this.#components
    const names = new Map(authors.map((author) => [author, shortKey(author)]))
    const feeds = new Map<number, Author>()
    for (const author of authors) {
      const feed = log.feedNumber(author)
      if (feed !== undefined) feeds.set(feed, author)
    }
    if (feeds.size === 0) return names
    const asked = [clock(), JSON.stringify(log.blockedFeeds()), JSON.stringify([...feeds.keys()])]
    const rows = await reader.read<NameColumns>(NAMES, ...asked)
    for (const { feed, name, isShared: shared } of rows) {
      const author = feeds.get(feed)
      if (author !== undefined && name !== null) names.set(author, displayName(author, name, shared === 1))
    }
    return names
  }
}

interface NameColumns {
  feed: number
  name: string | null
  isShared: number
}

/** Something that may have made a name, or unmade one. */
const CHANGED = `SELECT 1 WHERE EXISTS (SELECT 1 FROM profiles WHERE offset > ?)
  OR EXISTS (SELECT 1 FROM things WHERE offset > ? AND does IS NOT NULL)`

/** An author is called as its own card says; one that has only cards of agents, as the latest of them does. */
const NAMES = `${ASKED}, named AS MATERIALIZED (
    SELECT profiles.feed, name, name_key FROM json_each(?) AS feeds JOIN profiles ON profiles.offset = coalesce(
      ${lastHeld('offset', "feed = feeds.value AND agent = ''")},
      ${lastHeld('offset', 'feed = feeds.value')})
  )
  SELECT feed, name, ${isShared('named.name_key', 'named.feed')} AS isShared FROM named`
