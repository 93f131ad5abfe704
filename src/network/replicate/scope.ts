// Which messages a puller asks for: as it is said on the wire, and as a server holds every answer against it. Spec §3, "Scope".

import { createHash } from 'node:crypto'
import { keyFromAuthor } from '../../feed/index.ts'
import { PEERS_COUNTED_MAX, SCOPE_AUTHORS_KEPT_MAX } from './constants.ts'
import type { Author } from '../../feed/index.ts'
import type { MessageEntry, Scope } from '../../log/index.ts'
import type { WireScope } from './frames/frames.ts'

/** A scope as it is said: authors in rising order of their keys. */
export function wireScope(scope: Scope): WireScope {
  if (scope === 'all') return 'all'
  const keyed = scope.authors.map((author) => ({ author, key: keyFromAuthor(author) }))
  keyed.sort((left, right) => Buffer.compare(left.key, right.key))
  return { authors: keyed.map(({ author }) => author), topics: scope.topics }
}

/** SHA-256 over the keys of authors, in the order in which they are said. 64 hex. */
export function hashOfAuthors(authors: readonly Author[]): string {
  const hash = createHash('sha256')
  for (const author of authors) hash.update(keyFromAuthor(author))
  return hash.digest('hex')
}

/** The same scope for a server that was told its authors before: a list of one is as short as its hash. */
export function abridged(scope: WireScope): WireScope {
  if (scope === 'all' || scope.authors.length < 2) return scope
  return { ...scope, authors: [], authorsHash: hashOfAuthors(scope.authors) }
}

/** What one puller is served. */
export class ServedScope {
  /** Feeds that are served whole; undefined for all. */
  readonly authors: readonly Author[] | undefined
  readonly #isBlocked: (author: Author) => boolean
  readonly #authors: ReadonlySet<Author>
  readonly #topics: ReadonlySet<string>

  /** @param isBlocked - blocked feeds are in no scope, from one message to the next */
  constructor(scope: WireScope, isBlocked: (author: Author) => boolean) {
    this.#isBlocked = isBlocked
    this.authors = scope === 'all' ? undefined : scope.authors
    this.#authors = new Set(this.authors)
    this.#topics = new Set(scope === 'all' ? [] : scope.topics)
  }

  hasFeed(author: Author): boolean {
    return this.authors === undefined || this.#authors.has(author)
  }

  hasTopics(topics: readonly string[]): boolean {
    return topics.every((topic) => this.#topics.has(topic))
  }

  has(message: MessageEntry): boolean {
    if (this.#isBlocked(message.author)) return false
    if (this.hasFeed(message.author)) return true
    if (this.#topics.size === 0 || !message.text.includes('"tags":[')) return false
    return message.envelope.tags?.some((tag) => this.#topics.has(tag)) ?? false
  }
}

/** The lists of authors that pullers may name by their hash. Forgetting one costs saying it again. */
export class KnownLists {
  readonly #lists = new Map<string, readonly Author[]>()
  #authors = 0

  remember(authors: readonly Author[]): void {
    if (authors.length < 2) return
    const hash = hashOfAuthors(authors)
    this.#forget(hash)
    this.#lists.set(hash, authors)
    this.#authors += authors.length
    for (const [oldest] of this.#lists) {
      if (this.#authors <= SCOPE_AUTHORS_KEPT_MAX) break
      this.#forget(oldest)
    }
  }

  recall(hash: string): readonly Author[] | undefined {
    const authors = this.#lists.get(hash)
    if (authors !== undefined) this.remember(authors)
    return authors
  }

  #forget(hash: string): void {
    this.#authors -= this.#lists.get(hash)?.length ?? 0
    this.#lists.delete(hash)
  }
}

/** Which list of authors each server was told last, so that the next time its hash should do. */
export class ToldLists {
  readonly #hashes = new Map<string, string>()

  told(peer: string, scope: WireScope): void {
    this.#hashes.delete(peer)
    if (scope !== 'all') this.#hashes.set(peer, hashOfAuthors(scope.authors))
    const [oldest] = this.#hashes.keys()
    if (this.#hashes.size > PEERS_COUNTED_MAX && oldest !== undefined) this.#hashes.delete(oldest)
  }

  areTold(peer: string, scope: WireScope): boolean {
    return scope !== 'all' && this.#hashes.get(peer) === hashOfAuthors(scope.authors)
  }
}
