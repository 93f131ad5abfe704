// What became of messages, from the table of things.

import { claimOf } from '../../content/index.ts'
import { STATE_NUMBERS, stateNumbered } from './states.ts'
import type { Hash } from '../../feed/index.ts'
import type { MessageEntry } from '../../log/index.ts'
import type { ProjectionReader } from '../projection.ts'
import type { Misfit, State } from './verdicts.ts'

/** Why a message is not in force, or has nothing to act on. Public and frozen. */
export type EffectReason = Misfit | 'SUPERSEDED' | 'RETRACTED' | 'ERASED' | 'FORKED' | 'TARGET_NOT_HELD'

/** Whether a message is in force: shown by default, or, of a retract, doing what it says. */
export interface Effect {
  applied: boolean
  reason?: EffectReason
  /** The message that decided, as far as it is held. */
  by?: Hash
}

/** What became of a message that is not in force. */
export interface Judged {
  state: State
  effect: Effect
}

/** Reads what the projection has judged. */
export class Effects {
  readonly #reader: ProjectionReader

  constructor(reader: ProjectionReader) {
    this.#reader = reader
  }

  /** One that is not folded yet counts as in force. */
  async of({ offset, inEffect, envelope }: MessageEntry): Promise<Effect> {
    if (!inEffect) return { applied: false, reason: 'FORKED' }
    const [row] = await this.#reader.read<EffectColumns>(EFFECT, offset)
    const state = stateNumbered(row?.state ?? STATE_NUMBERS['in force'])
    if (state !== 'in force') {
      const by = row?.by ?? undefined
      return { applied: false, reason: reasonOf(state, row?.misfit), ...(by !== undefined && { by }) }
    }
    const dangles = claimOf(envelope.content) !== undefined && row?.targetIsHeld === 0
    return { applied: true, ...(dangles && { reason: 'TARGET_NOT_HELD' }) }
  }

  /** What became of those that are not in force, by offset. */
  async ofThose(messages: readonly MessageEntry[]): Promise<Map<number, Judged>> {
    const states = await this.statesAt(messages.map(({ offset }) => offset))
    const judged = messages.map(async (message): Promise<[number, Judged][]> => {
      const state = states.get(message.offset)
      return state === undefined ? [] : [[message.offset, { state, effect: await this.of(message) }]]
    })
    return new Map((await Promise.all(judged)).flat())
  }

  /** Hashes of the retracts in force that take a message back, at most `limit`; erasures are none of them. */
  async retractsOf({ offset }: MessageEntry, limit: number): Promise<Hash[]> {
    const rows = await this.#reader.read<{ hash: Hash }>(RETRACTS, offset, limit)
    return rows.map(({ hash }) => hash)
  }

  /** Whether something of an author waits to be judged. */
  async arePutOff(feed: number): Promise<boolean> {
    const rows = await this.#reader.read<object>('SELECT 1 FROM things_put_off WHERE feed = ? LIMIT 1', feed)
    return rows.length > 0
  }

  /** The states of messages that are not in force, by offset. */
  async statesAt(offsets: readonly number[]): Promise<Map<number, State>> {
    const rows = await this.#reader.read<{ offset: number; state: number }>(STATES, JSON.stringify(offsets))
    return new Map(rows.map(({ offset, state }) => [offset, stateNumbered(state)]))
  }

  /** Where what is erased still stands, at most `limit`: what hangs on a message comes before it. */
  async erased(limit: number): Promise<number[]> {
    const rows = await this.#reader.read<{ offset: number }>(ERASED, limit)
    return rows.map(({ offset }) => offset)
  }
}

interface EffectColumns {
  state: number
  misfit: Misfit | null
  targetIsHeld: 0 | 1
  by: Hash | null
}

function reasonOf(state: Exclude<State, 'in force'>, misfit: Misfit | null | undefined): EffectReason {
  switch (state) {
    case 'superseded':
      return 'SUPERSEDED'
    case 'retracted':
      return 'RETRACTED'
    case 'erased':
      return 'ERASED'
    case 'without effect':
      return misfit ?? 'NOT_A_HASH'
  }
}

const { superseded, retracted, erased } = STATE_NUMBERS
const IN_FORCE = STATE_NUMBERS['in force']

/** A retract in force that names the message itself or, of a version, the first of its thing; the version in force in its place. */
const EFFECT = `
  SELECT state, misfit, EXISTS (SELECT 1 FROM things AS held WHERE held.hash = things.target) AS targetIsHeld,
    CASE
      WHEN state IN (${retracted}, ${erased}) THEN (
        SELECT lower(hex(hash)) FROM things AS retract
        WHERE retract.target IN (things.hash, things.first) AND retract.feed = things.feed AND retract.state = ${IN_FORCE} AND retract.does != 'edit'
        ORDER BY retract.does = 'erase' DESC, sequence DESC LIMIT 1)
      WHEN state = ${superseded} THEN coalesce((
        SELECT lower(hex(hash)) FROM things AS version
        WHERE version.first = coalesce(things.first, things.hash) AND version.feed = things.feed AND version.state = ${IN_FORCE}
        LIMIT 1
      ), (
        SELECT lower(hex(hash)) FROM things AS version
        WHERE version.hash = things.first AND version.feed = things.feed AND version.state = ${IN_FORCE}
        LIMIT 1))
    END AS by
  FROM things WHERE offset = ?`

const RETRACTS = `
  SELECT lower(hex(retract.hash)) AS hash FROM things
    JOIN things AS retract ON retract.target IN (things.hash, things.first) AND retract.feed = things.feed
      AND retract.does = 'retract' AND retract.state = ${IN_FORCE}
  WHERE things.offset = ? LIMIT ?`

const STATES = `SELECT offset, state FROM things WHERE offset IN (SELECT value FROM json_each(?)) AND state != ${IN_FORCE}`

/** In a feed what hangs on a message comes behind it. */
const ERASED = `SELECT offset FROM things WHERE state = ${erased} ORDER BY feed DESC, sequence DESC LIMIT ?`
