// The life of one data directory: it is killed again and again, each time at another moment of another activity, and looked at each time.

import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { pathsOf } from '../../src/config/index.ts'
import { closeDatabase, DATABASE_FILE, openDatabase } from '../../src/store/index.ts'
import { seededRandom } from '../seeded-random.ts'
import { ACTIVITIES, publishOn } from './activities.ts'
import { faultsInBackups, faultsInRestored, ownHead } from './backup-faults.ts'
import { faultsInLog } from './log-faults.ts'
import { faultsInMemories } from './memories.ts'
import { PASSING } from './passing.ts'
import { faultsInProjections } from './projection-faults.ts'
import { killed, launchNode, startVerb, Victim } from './victim.ts'
import { Witness } from './witness.ts'
import type { Author } from '../../src/feed/index.ts'
import type { Activity } from './activities.ts'

/** After so many kills another directory begins: looking at one takes longer, the more it holds. */
export const CYCLES_OF_A_LIFE = 9

/** The latest moment of a kill, behind the beginning of what it cuts short. */
const KILL_MS_MAX: Readonly<Record<Doom, number>> = {
  publish: 300,
  ingest: 400,
  sweep: 300,
  memories: 3_000,
  import: 400,
  backup: 250,
  restore: 1_200,
  start: 1_200,
}

/** Messages of others that a sweep leaves. */
const KEPT = 300

/** What a process is doing when it is killed: an activity of a node that serves, its start, or the verb that puts a backup in its place. */
export type Doom = keyof typeof ACTIVITIES | 'restore' | 'start'

const DOOMS = Object.keys(KILL_MS_MAX) as Doom[] // As: they are the keys of that record.

/** What one kill left behind. */
export interface Cycle {
  doom: Doom
  killedAfterMs: number
  /** Acknowledged over the whole life so far. */
  acknowledged: number
  faults: string[]
}

/** Lives of one seed differ, and are the same each time. */
export function lifeSeed(seed: number, life: number): number {
  return seed * 1_000_003 + life
}

/** One data directory, from its first start until it is removed; with a fault it stays. */
export class Life {
  readonly directory = mkdtempSync(join(tmpdir(), 'egregore-kill-nine-'))
  readonly #random: () => number
  readonly #witness = new Witness()
  readonly #paths = pathsOf(join(this.directory, 'victim'))
  readonly #restored = join(this.directory, 'restored', DATABASE_FILE)
  readonly #dooms: Doom[]
  #author: Author | undefined
  #source: Promise<Victim> | undefined

  constructor(seed: number) {
    this.#random = seededRandom(seed)
    this.#dooms = shuffled([...DOOMS, 'publish'], this.#random)
  }

  /** All cycles of the life, or the first ones. */
  async *cycles(count: number): AsyncGenerator<Cycle> {
    try {
      await this.#settleIn()
      for (const doom of this.#dooms.slice(0, count)) yield await this.#cycle(doom)
      await this.#refuseForks()
    } finally {
      await (await this.#source)?.kill()
    }
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true })
  }

  /** A first message, a policy, and a backup that can be restored. */
  async #settleIn(): Promise<void> {
    const victim = await this.#startVictim()
    this.#author = victim.author
    this.#witness.sawPublished(await victim.post('/v1/publish', { content: 'the first' }))
    await victim.post('/v1/retention/policies', { scope: { topic: PASSING }, max_count: KEPT })
    await ACTIVITIES.backup.run(this.#doing(victim))
    await victim.kill()
  }

  async #cycle(doom: Doom): Promise<Cycle> {
    const killedAfterMs = Math.floor(this.#random() * KILL_MS_MAX[doom])
    const faults = await this.#killDuring(doom, killedAfterMs)
    faults.push(...(await this.#faults()))
    const { published, imported } = this.#witness
    return { doom, killedAfterMs, acknowledged: published.size + imported.size, faults }
  }

  /** Answers faults that only this kill can have left. */
  async #killDuring(doom: Doom, afterMs: number): Promise<string[]> {
    if (doom === 'restore') return this.#killRestore(afterMs)
    if (doom === 'start') await this.#killStart(afterMs)
    else await this.#killNode(ACTIVITIES[doom], afterMs)
    return []
  }

  async #killNode(activity: Activity, afterMs: number): Promise<void> {
    const victim = await this.#startVictim()
    const doing = this.#doing(victim)
    await activity.prepare?.(doing)
    const faults: unknown[] = []
    let isKilled = false
    const untilKilled = (work: Promise<unknown>) =>
      work.catch((error: unknown) => {
        if (!isKilled) faults.push(error)
      })
    const working = [untilKilled(publishOn(doing)), untilKilled(activity.run(doing))]
    await wait(afterMs)
    isKilled = true
    await victim.kill()
    await Promise.all(working)
    if (faults.length > 0) throw faults[0]
  }

  async #killStart(afterMs: number): Promise<void> {
    const child = launchNode(this.#paths.data, [])
    await wait(afterMs)
    await killed(child)
  }

  /** Over a database that a first restore has put there. */
  async #killRestore(afterMs: number): Promise<string[]> {
    const heads = [this.#newest, this.#oldest].map((path) => ownHead(join(path, DATABASE_FILE), this.#authorKnown) ?? 0)
    if (!existsSync(this.#restored)) await ended(startVerb(this.#restoreArguments(this.#oldest)))
    const restoring = startVerb(this.#restoreArguments(this.#newest))
    await wait(afterMs)
    await killed(restoring)
    return faultsInRestored(this.#restored, this.#authorKnown, heads)
  }

  /** What a peer saw of this life is one feed. */
  async #refuseForks(): Promise<void> {
    const source = await this.#source
    const forks = (await source?.get<{ forks: unknown[] }>('/v1/status'))?.forks ?? []
    if (forks.length > 0) throw new Error(`A peer holds evidence of forks: ${JSON.stringify(forks)}`)
  }

  #restoreArguments(backup: string): string[] {
    return ['restore', backup, '--replace', '--offline', '--data-dir', join(this.directory, 'restored')]
  }

  async #faults(): Promise<string[]> {
    const { database: path, projections, backups } = this.#paths
    const database = openDatabase(path)
    try {
      const end = (database.prepare('SELECT seq FROM sqlite_sequence').pluck().get() as number | undefined) ?? 0
      return [
        ...(await faultsInLog(database, this.#authorKnown, this.#witness)),
        ...(existsSync(projections) ? await faultsInProjections({ database: path, projections, end }) : []),
        ...faultsInMemories(database, projections, this.#witness.memories),
        ...faultsInBackups(backups, this.#authorKnown, this.#witness.backups),
      ]
    } finally {
      closeDatabase(database)
    }
  }

  #startVictim(): Promise<Victim> {
    return Victim.start(this.#paths.data, [])
  }

  #doing(victim: Victim) {
    const source = () => {
      this.#source ??= Victim.start(join(this.directory, 'source'), [])
      return this.#source
    }
    return { victim, witness: this.#witness, source, random: this.#random }
  }

  get #authorKnown(): Author {
    if (this.#author === undefined) throw new Error('The node never served.')
    return this.#author
  }

  get #oldest(): string {
    return this.#witness.backups.at(0)?.path ?? ''
  }

  get #newest(): string {
    return this.#witness.backups.at(-1)?.path ?? ''
  }
}

async function ended(child: ReturnType<typeof startVerb>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  child.once('exit', () => resolve())
  await promise
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const keyed = items.map((item) => ({ item, key: random() }))
  return keyed.sort((one, other) => one.key - other.key).map(({ item }) => item)
}
