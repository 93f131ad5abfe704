// What agents remember: a message that every node may hold, or a record of this machine. Written, corrected, taken back and found here.

import { sayingOf } from '../content/index.ts'
import { parseTimestamp } from '../feed/index.ts'
import { isExpired } from '../log/index.ts'
import { KeyedMutex } from '../util/index.ts'
import { EXPIRED_PER_STEP, LOCAL_MEMORIES_MAX, RETRACTS_UNDONE_MAX } from './constants.ts'
import { draftOf } from './draft-of.ts'
import { MemoryError } from './errors.ts'
import { localRecordOf } from './local-record.ts'
import { localId } from './memory-id.ts'
import { Recalling } from './recalling.ts'
import { localFull, notGone, notOurs, notRetracted, stillRetracted, unknown, withdrawn } from './refusals.ts'
import { SimilarMemories } from './similar-memories.ts'
import type { Reviewer, Warning } from '../content/index.ts'
import type { Draft, Hash } from '../feed/index.ts'
import type { Erasing, Log, MessageEntry } from '../log/index.ts'
import type { Effect, Projections, Thing } from '../projections/index.ts'
import type { LocalMemory, LocalMemoryStore } from './local-memory.ts'
import type { Forgotten, MemoryDraft, MemoryWithHistory, Remembered, Similar } from './memory.ts'
import type { MemoryId } from './memory-id.ts'
import type { FindQuery, MemoryPage, RecallQuery, RecentQuery } from './recalling.ts'

/** What memories work with. */
export interface MemoriesComponents {
  log: Pick<Log, 'author' | 'publish' | 'publishOnce' | 'publishedOnce' | 'publishedUnder' | 'message' | 'selection'>
  projections: Pick<Projections, 'search' | 'list' | 'effectOf' | 'thingOf' | 'retractsOf' | 'judged' | 'saidBefore'>
  /** What is said of a memory before it is signed. */
  reviewer: Pick<Reviewer, 'review'>
  erasing: Pick<Erasing, 'erase'>
  local: LocalMemoryStore
  /** Milliseconds since 1970. */
  clock: () => number
}

/** Remembers, recalls, corrects and forgets. Who may do what with whose memory stands in protocols/content/effects.md. */
export class Memories {
  readonly #components: MemoriesComponents
  readonly #recalling: Recalling
  readonly #similar: SimilarMemories
  readonly #mutex = new KeyedMutex<string>()

  constructor(components: MemoriesComponents) {
    const { author } = components.log
    this.#components = components
    this.#recalling = new Recalling({ ...components, author })
    this.#similar = new SimilarMemories(components)
  }

  /**
   * Signs a memory, which all nodes may then hold; one that says what another one in force of ours says is not signed again.
   *
   * @param key - as of `Log.publishOnce`
   * @throws ContentError, FeedError, LogError, StoreError as publishing does
   */
  async remember(draft: MemoryDraft, key?: string): Promise<Remembered> {
    const { log, projections } = this.#components
    const again = await this.#publishedOnce(signedDraftOf(draft), key)
    if (again !== undefined) return again
    return this.#mutex.run(`mesh ${sayingOf(draft.content)}`, async () => {
      const same = await projections.saidBefore(draft.content, log.author)
      const until = same?.envelope.expires_at
      if (same === undefined || outlives(draft, until === undefined ? undefined : parseTimestamp(until)))
        return this.#sign(draft, key)
      return asBefore({ kind: 'mesh', message: same })
    })
  }

  /**
   * Keeps a memory on this machine alone, where nobody looks for secrets in it: they may be why it stays here.
   *
   * @throws MemoryError `MEMORY_LOCAL_FULL`
   * @throws FeedError `FEED_TOO_LARGE`, `FEED_NOT_CANONICAL`
   */
  async keep(draft: MemoryDraft): Promise<Remembered> {
    const { local, clock } = this.#components
    const record = localRecordOf(draft)
    const same = local.saying(record.said, clock())
    if (same !== undefined && !outlives(draft, same.expiresAt)) return asBefore({ kind: 'local', memory: same })
    const similar = await this.#similar.to(draft.content)
    // Nothing stands between these and adding: they are one turn.
    const meanwhile = local.saying(record.said, clock())
    if (meanwhile !== undefined && !outlives(draft, meanwhile.expiresAt))
      return asBefore({ kind: 'local', memory: meanwhile })
    local.removeExpired(clock(), EXPIRED_PER_STEP)
    if (local.count() >= LOCAL_MEMORIES_MAX) throw localFull()
    const memory = local.add(record, clock())
    return { memory: { kind: 'local', memory }, isNew: true, warnings: [], similar }
  }

  /** What was found, best first. */
  recall(query: RecallQuery): Promise<MemoryPage> {
    return this.#recalling.recall(query)
  }

  /** The same among messages of all these types. */
  find(query: FindQuery): Promise<MemoryPage> {
    return this.#recalling.find(query)
  }

  /**
   * The newest first.
   *
   * @throws ProjectionError `PROJECTION_CURSOR_INVALID`
   */
  recent(query: RecentQuery): Promise<MemoryPage> {
    return this.#recalling.recent(query)
  }

  /**
   * One memory, with what became of it.
   *
   * @throws MemoryError `MEMORY_UNKNOWN`
   */
  async get(id: MemoryId): Promise<MemoryWithHistory> {
    if (id.kind === 'local') return { kind: 'local', memory: this.#localOne(id.number) }
    return { kind: 'mesh', ...(await this.#meshOne(id.hash)) }
  }

  /**
   * What the version in force of a memory says, which a correction begins from; without one, what the version says that is named.
   *
   * @param key - of a correction that may have been made before: then what it says itself, so that the same comes of it again
   * @throws MemoryError `MEMORY_UNKNOWN`
   */
  async latest(id: MemoryId, key?: string): Promise<MemoryDraft> {
    if (id.kind === 'local') return draftOf({ kind: 'local', memory: this.#localOne(id.number) })
    const { message, thing } = await this.#meshOne(id.hash)
    const again = key === undefined ? undefined : await this.#components.log.publishedUnder(key)
    if (again !== undefined && isVersionOf(thing, again)) return draftOf({ kind: 'mesh', message: again })
    const inForce = thing.versions.findLast(({ state }) => state === 'in force')
    const held = inForce === undefined ? undefined : await this.#components.log.message(inForce.hash)
    return draftOf({ kind: 'mesh', message: held ?? message })
  }

  /**
   * Puts another version in the place of a memory: in the mesh by a message that names its first, here by writing over it.
   *
   * @throws MemoryError `MEMORY_UNKNOWN`, `MEMORY_NOT_OURS`, `MEMORY_WITHDRAWN`
   * @throws ContentError, FeedError, LogError, StoreError as publishing does
   */
  async supersede(id: MemoryId, draft: MemoryDraft, key?: string): Promise<Remembered> {
    if (id.kind === 'local') return this.#rewrite(id.number, draft)
    const { effect, thing } = await this.#ours(id.hash)
    const next = { ...draft, content: { ...draft.content, supersedes: thing.first } }
    const again = await this.#publishedOnce(signedDraftOf(next), key)
    if (again !== undefined) return again
    if (effect.reason === 'RETRACTED') throw withdrawn(id.hash)
    return this.#sign(next, key)
  }

  /**
   * Hides a memory, all its versions, from everybody who holds it, until that is undone. Answers the hash of the message that does.
   *
   * @throws MemoryError `MEMORY_UNKNOWN`, `MEMORY_NOT_OURS`, `MEMORY_LOCAL`
   */
  async retract(id: MemoryId, reason?: string): Promise<MessageEntry> {
    const { thing } = await this.#ours(hashOf(id))
    return this.#publish({ content: { type: 'retract', target: thing.first, ...(reason !== undefined && { reason }) } })
  }

  /**
   * Shows a memory again that was retracted, however often: each retract is undone by a message.
   *
   * @throws MemoryError `MEMORY_UNKNOWN`, `MEMORY_NOT_OURS`, `MEMORY_NOT_RETRACTED`, `MEMORY_STILL_RETRACTED`, `MEMORY_LOCAL`
   */
  async restore(id: MemoryId): Promise<MemoryWithHistory> {
    const hash = hashOf(id)
    const { message, effect } = await this.#ours(hash)
    if (effect.reason !== 'RETRACTED') throw notRetracted(hash)
    const { log, projections } = this.#components
    const undone = await this.#undoRetracts(message)
    await projections.judged(log.author)
    const found = await this.#ours(hash)
    if (found.effect.reason === 'RETRACTED') throw stillRetracted(hash, undone)
    return { kind: 'mesh', ...found }
  }

  /**
   * Removes a memory for good, with all its versions: here when this resolves, elsewhere as far as peers do what the message asks of them.
   *
   * @throws MemoryError `MEMORY_UNKNOWN`, `MEMORY_NOT_OURS`, `MEMORY_NOT_GONE`
   */
  async forget(id: MemoryId, reason?: string): Promise<Forgotten> {
    if (id.kind === 'local') {
      if (!this.#components.local.remove(id.number)) throw unknown(localId(id.number))
      return { forgotten: localId(id.number), versions: 1 }
    }
    const { first, count } = (await this.#ours(id.hash)).thing
    const content = { type: 'retract', target: first, erase: true, ...(reason !== undefined && { reason }) }
    const { hash } = await this.#publish({ content })
    const { log, projections, erasing } = this.#components
    await projections.judged(log.author)
    await erasing.erase()
    if ((await log.message(id.hash)) !== undefined) throw notGone(id.hash, hash)
    return { forgotten: first, versions: count, message: hash }
  }

  /** Undoes those in force, as many as one call may, and answers how many that were. */
  async #undoRetracts(memory: MessageEntry): Promise<number> {
    const retracts = await this.#components.projections.retractsOf(memory, RETRACTS_UNDONE_MAX)
    await Promise.all(retracts.map((target) => this.#publish({ content: { type: 'retract', target } })))
    return retracts.length
  }

  async #sign(memory: MemoryDraft, key: string | undefined): Promise<Remembered> {
    const draft = signedDraftOf(memory)
    const [warnings, similar] = await Promise.all([
      this.#components.reviewer.review(draft),
      this.#similar.to(memory.content),
    ])
    const message = await this.#publish(draft, key, { warnings, similar })
    const others = similar.filter(({ id }) => id !== memory.content.supersedes)
    return { memory: { kind: 'mesh', message }, isNew: true, warnings, similar: others }
  }

  async #publish(draft: Draft, key?: string, said?: Said): Promise<MessageEntry> {
    const { log } = this.#components
    if (key === undefined) return log.publish(draft)
    return (await log.publishOnce(draft, { key, note: JSON.stringify(said) })).message
  }

  async #publishedOnce(draft: Draft, key: string | undefined): Promise<Remembered | undefined> {
    const earlier = key === undefined ? undefined : await this.#components.log.publishedOnce(draft, key)
    if (earlier === undefined) return undefined
    const said = JSON.parse(earlier.earlier?.note ?? '{}') as Partial<Said> // As: the note of a publish of ours.
    const { warnings = [], similar = [] } = said
    return { memory: { kind: 'mesh', message: earlier.message }, isNew: false, warnings, similar }
  }

  #rewrite(number: number, draft: MemoryDraft): Remembered {
    const { local, clock } = this.#components
    this.#localOne(number)
    const memory = local.replace(number, localRecordOf(draft), clock())
    if (memory === undefined) throw unknown(localId(number))
    return { memory: { kind: 'local', memory }, isNew: true, warnings: [], similar: [] }
  }

  #localOne(number: number): LocalMemory {
    const { local, clock } = this.#components
    const memory = local.get(number)
    if (memory === undefined || (memory.expiresAt ?? Number.POSITIVE_INFINITY) <= clock())
      throw unknown(localId(number))
    return memory
  }

  async #meshOne(hash: Hash): Promise<{ message: MessageEntry; effect: Effect; thing: Thing }> {
    const { log, projections, clock } = this.#components
    const message = await log.message(hash)
    if (message === undefined || !isMemory(message) || log.selection.isBlocked(message.author)) throw unknown(hash)
    if (isExpired(message, clock())) throw unknown(hash)
    const [effect, thing] = await Promise.all([projections.effectOf(message), projections.thingOf(message)])
    if (effect.reason === 'ERASED') throw unknown(hash)
    return { message, effect, thing }
  }

  async #ours(hash: Hash) {
    const found = await this.#meshOne(hash)
    if (found.message.author !== this.#components.log.author) throw notOurs(found.message)
    return found
  }
}

/** What is kept with an Idempotency-Key, for the same answer to the same call. */
interface Said {
  warnings: readonly Warning[]
  similar: readonly Similar[]
}

function isVersionOf({ first }: Thing, { envelope: { content } }: MessageEntry): boolean {
  const { type, supersedes } = (content ?? {}) as { type?: unknown; supersedes?: unknown } // As: any value but undefined and null has members.
  return type === 'memory' && supersedes === first
}

function signedDraftOf({ content, tags, expiresAt }: MemoryDraft): Draft {
  return { content, ...(tags !== undefined && { tags: [...tags] }), ...(expiresAt !== undefined && { expiresAt }) }
}

/** What shall be known for longer than that is not said by it. `until`: milliseconds since 1970. */
function outlives({ expiresAt }: MemoryDraft, until: number | undefined): boolean {
  return until !== undefined && (expiresAt === undefined || parseTimestamp(expiresAt) > until)
}

function asBefore(memory: Remembered['memory']): Remembered {
  return { memory, isNew: false, warnings: [], similar: [] }
}

function isMemory({ envelope: { content } }: MessageEntry): boolean {
  return (content as { type?: unknown } | null)?.type === 'memory'
}

/** @throws MemoryError `MEMORY_LOCAL` */
function hashOf(id: MemoryId): Hash {
  if (id.kind === 'mesh') return id.hash
  const name = localId(id.number)
  const text = `${name} stands on this machine alone: it cannot be hidden and shown again. Correct it, or forget it.`
  throw new MemoryError('MEMORY_LOCAL', text, { id: name })
}
