// Recalling: what lives in the mesh and what lives on this machine, as one list, ranked or newest first.

import { cursorBehind, wordQueries } from '../projections/index.ts'
import { LOCAL_GLANCES_MAX, LOCAL_HITS_MAX } from './constants.ts'
import { meshHitsBefore, newestOf, zipped } from './merging.ts'
import { readPlace, writePlace } from './page-place.ts'
import type { Author } from '../feed/index.ts'
import type { Hidden, Page, Projections } from '../projections/index.ts'
import type { LocalFilters, LocalMemory, LocalMemoryStore, LocalPlace } from './local-memory.ts'
import type { LocalMemoryRow, Memory, MeshMemory } from './memory.ts'
import type { PagePlace } from './page-place.ts'

/** Which memories. What is absent lets everything pass; what is given all holds. */
export interface MemoryFilters {
  category?: string | undefined
  project?: string | undefined
  tag?: string | undefined
  author?: Author | undefined
  agent?: string | undefined
  /** Milliseconds since 1970. */
  since?: number | undefined
  /** Where they live; both when absent. */
  livingIn?: Memory['kind'] | undefined
}

export interface RecallQuery extends MemoryFilters {
  text: string
  /** States besides `in force`. */
  include: readonly (Hidden | 'expired')[]
  limit: number
  offset: number
}

/** The same over more than memories. */
export interface FindQuery extends RecallQuery {
  /** `content.type`: one of these. */
  contentTypes: readonly string[]
  /** One of these authors. */
  among?: readonly Author[] | undefined
}

export interface RecentQuery extends MemoryFilters {
  /** States besides `in force`. */
  include: readonly Hidden[]
  limit: number
  /** Memories to skip, behind `after`. */
  offset: number
  /** {@link MemoryPage.next} of the page before. */
  after?: string | undefined
}

export interface MemoryPage {
  memories: Memory[]
  /** How many there are on all pages; absent when nobody counted that far. */
  total?: number | undefined
  next?: string | undefined
}

export interface RecallingComponents {
  projections: Pick<Projections, 'search' | 'list'>
  local: LocalMemoryStore
  /** Whose the local memories are. */
  author: Author
  /** Milliseconds since 1970. */
  clock: () => number
}

/** Reads memories. */
export class Recalling {
  readonly #components: RecallingComponents

  constructor(components: RecallingComponents) {
    this.#components = components
  }

  /** Best first. */
  recall(query: RecallQuery): Promise<MemoryPage> {
    return this.find({ ...query, contentTypes: ['memory'] })
  }

  /** Messages of any type, best first, and among them what is remembered on this machine. */
  async find(query: FindQuery): Promise<MemoryPage> {
    const local = await this.#localHits(query)
    const before = meshHitsBefore(query.offset, local.length)
    const { hits, total } = await this.#meshHits(query, before)
    return {
      memories: zipped({ hits, before: Math.min(before, total ?? before) }, local, query),
      ...(total !== undefined && { total: total + local.length }),
    }
  }

  /**
   * Newest first: when a message was written or came, whichever is earlier; when a local one was last corrected.
   *
   * @throws ProjectionError `PROJECTION_CURSOR_INVALID`
   */
  async recent(query: RecentQuery): Promise<MemoryPage> {
    const from = readPlace(query.after)
    const wanted = query.offset + query.limit
    const [mesh, local] = await Promise.all([
      this.#meshPage(query, from.mesh, wanted),
      this.#localPage(query, from.local, wanted),
    ])
    const page = newestOf(mesh, local.memories, query)
    const isMeshDone = page.meshTaken === mesh.messages.length
    const isLast = isMeshDone && mesh.next === undefined && page.localTaken === local.memories.length && !local.hasMore
    const lastMessage = mesh.messages[page.meshTaken - 1]
    const lastLocal = local.memories[page.localTaken - 1]
    const place: PagePlace = {
      mesh: (isMeshDone ? mesh.next : undefined) ?? (lastMessage === undefined ? from.mesh : cursorBehind(lastMessage)),
      local: lastLocal === undefined ? from.local : { time: lastLocal.updatedAt, number: lastLocal.number },
    }
    return {
      memories: page.memories,
      ...(mesh.total !== undefined && { total: mesh.total + local.total }),
      ...(!isLast && { next: writePlace(place) }),
    }
  }

  async #meshHits(query: FindQuery, before: number): Promise<{ hits: MeshMemory[]; total?: number | undefined }> {
    if (query.livingIn === 'local') return { hits: [], total: 0 }
    const { text, contentTypes, among, limit, tag, author, agent, category, project, since, include } = query
    const { hits, total } = await this.#components.projections.search({
      text,
      fts5: false,
      fill: true,
      contentTypes,
      among,
      tag,
      author,
      agent,
      category,
      project,
      since,
      include,
      limit,
      offset: before,
    })
    return { hits: hits.map((hit) => ({ kind: 'mesh', message: hit.message, hit })), total }
  }

  async #meshPage(query: RecentQuery, after: PagePlace['mesh'], limit: number): Promise<Page> {
    if (query.livingIn === 'local') return { messages: [], states: new Map(), total: 0 }
    const { author, tag, agent, category, project, since, include } = query
    const filters = { contentType: 'memory', from: author, tag, agent, category, project, since }
    return this.#components.projections.list({ ...filters, shown: include, after, offset: 0, limit })
  }

  async #localHits(query: FindQuery): Promise<LocalMemoryRow[]> {
    if (!this.#asksForLocal(query) || !this.#reaches(query)) return []
    const queries = wordQueries(query.text)
    if (queries === undefined) return []
    for (const match of queries.all) {
      const hits = await this.#matching(match, query, { hasAll: true, limit: LOCAL_HITS_MAX })
      if (hits.length > 0) return hits
    }
    return this.#matching(queries.some, query, { hasAll: false, limit: LOCAL_GLANCES_MAX })
  }

  async #matching(
    match: string,
    query: FindQuery,
    { hasAll, limit }: { hasAll: boolean; limit: number },
  ): Promise<LocalMemoryRow[]> {
    const hits = await this.#components.local.search(match, this.#localFilters(query), limit)
    return hits.map((hit) => ({ kind: 'local', memory: hit.memory, hit: { ...hit, hasAll } }))
  }

  /** Whether local memories are among what is looked for. */
  #reaches({ contentTypes, among }: FindQuery): boolean {
    return contentTypes.includes('memory') && (among === undefined || among.includes(this.#components.author))
  }

  async #localPage(query: RecentQuery, after: LocalPlace | undefined, limit: number): Promise<LocalPage> {
    if (!this.#asksForLocal(query)) return { memories: [], hasMore: false, total: 0 }
    const { local } = this.#components
    const filters = this.#localFilters(query)
    const [memories, total] = await Promise.all([local.page(filters, after, limit + 1), local.countOf(filters)])
    return { memories: memories.slice(0, limit), hasMore: memories.length > limit, total }
  }

  #asksForLocal({ livingIn, author }: MemoryFilters): boolean {
    return livingIn !== 'mesh' && (author === undefined || author === this.#components.author)
  }

  #localFilters({ category, project, tag, agent, since }: MemoryFilters): LocalFilters {
    return { category, project, tag, agent, since, now: this.#components.clock() }
  }
}

interface LocalPage {
  memories: LocalMemory[]
  hasMore: boolean
  total: number
}
