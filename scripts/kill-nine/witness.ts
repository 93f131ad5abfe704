// What the node has said is safe. None of it may be gone afterwards.

import { WitnessedMemories } from './memories.ts'

/** A copy that the node said was whole. */
export interface WitnessedBackup {
  path: string
  /** Of our own feed, acknowledged before the copy began. */
  headAtLeast: number
}

/** Acknowledged over the whole life of one data directory. */
export class Witness {
  /** Our own messages: sequence → hash. */
  readonly published = new Map<number, string>()
  /** Hashes of messages of others that an import has answered for. */
  readonly imported = new Set<string>()
  readonly backups: WitnessedBackup[] = []
  readonly memories = new WitnessedMemories()
  /** Two answers that cannot both hold. */
  readonly contradictions: string[] = []
  /** The log was checked message by message up to this offset. */
  checkedOffset = 0
  /** The highest sequence of ours that was acknowledged. */
  head = 0

  sawPublished({ sequence, hash }: { sequence: number; hash: string }): void {
    const before = this.published.get(sequence)
    if (before !== undefined) this.contradictions.push(`sequence ${sequence} was given to ${before} and to ${hash}`)
    this.published.set(sequence, hash)
    this.head = Math.max(this.head, sequence)
  }
}
