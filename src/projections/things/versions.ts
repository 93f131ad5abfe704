// The versions of a thing, from the table of things.

import { stateNumbered } from './states.ts'
import type { Hash } from '../../feed/index.ts'
import type { MessageEntry } from '../../log/index.ts'
import type { ProjectionReader } from '../projection.ts'
import type { State } from './verdicts.ts'

/** One of the messages that say what a thing is. */
export interface Version {
  hash: Hash
  sequence: number
  /** Its place in the log. */
  offset: number
  state: State
}

/** A thing: the message that made it, and those that replace it. */
export interface Thing {
  /** Hash of the first message, which edits and retracts should name; it need not be held. */
  first: Hash
  /** Those that are held, in the order of their author, at most {@link VERSIONS_SHOWN_MAX} of the latest. */
  versions: Version[]
  /** How many are held. */
  count: number
}

/** Versions that are told of one thing. Who edits ten thousand times reads the log for the rest. */
const VERSIONS_SHOWN_MAX = 100

/** Reads what the projection has judged. */
export class Versions {
  readonly #reader: ProjectionReader

  constructor(reader: ProjectionReader) {
    this.#reader = reader
  }

  /** The thing that a message is a version of; one that is not folded yet, or is an edit of what it may not edit, is a thing by itself. */
  async of({ offset, hash, sequence }: MessageEntry): Promise<Thing> {
    const rows = await this.#reader.read<VersionColumns>(VERSIONS, offset, VERSIONS_SHOWN_MAX)
    const [{ first, count } = { first: hash, count: 1 }] = rows
    const versions = rows.map(({ hash, sequence, offset, state }) => ({
      hash,
      sequence,
      offset,
      state: stateNumbered(state),
    }))
    if (versions.length === 0) versions.push({ hash, sequence, offset, state: 'in force' })
    return { first, versions: versions.reverse(), count }
  }
}

/**
 * Beside a column `offset` of what a question looks at: a table of the hashes of all versions of that thing, each once. The first need not be
 * held.
 */
export function versionsBeside(offset: string): string {
  return `(
    SELECT coalesce(first, hash) AS hash FROM things WHERE things.offset = ${offset}
    UNION ALL
    SELECT edit.hash FROM things JOIN things AS edit ON edit.first = coalesce(things.first, things.hash) AND edit.feed = things.feed
    WHERE things.offset = ${offset})`
}

interface VersionColumns {
  first: Hash
  count: number
  hash: Hash
  sequence: number
  offset: number
  state: number
}

const VERSIONS = `
  WITH asked AS (
    SELECT feed, coalesce(first, hash) AS first FROM things WHERE offset = ? AND coalesce(does, 'edit') = 'edit'
  ),
  versions AS MATERIALIZED (
    SELECT things.* FROM asked JOIN things ON things.first = asked.first AND things.feed = asked.feed
    UNION ALL
    SELECT things.* FROM asked JOIN things ON things.hash = asked.first AND things.feed = asked.feed
  )
  SELECT lower(hex((SELECT first FROM asked))) AS first, (SELECT count(*) FROM versions) AS count,
    lower(hex(hash)) AS hash, sequence, offset, state
  FROM versions ORDER BY sequence DESC, hash LIMIT ?`
