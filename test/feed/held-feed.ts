// One author's messages as a node would hold them: the least that placeMessage needs around it.

import { placeMessage } from '../../src/feed/index.ts'

/** What placement looks at in a message. */
export interface Link {
  sequence: number
  hash: string
  previous: string | null
}

export class HeldFeed {
  forkedAt: number | undefined
  readonly #forgotten: readonly [number, number] | undefined
  readonly #held: Link[] = []
  readonly #linked = new Set<Link>()

  constructor(forgotten?: readonly [number, number]) {
    this.#forgotten = forgotten
  }

  /** Places a message, keeps it or not, and says what became of it in the words of placement.json. */
  take({ sequence, hash, previous }: Link): string {
    const message = { sequence, hash, previous }
    const successors = this.#at(sequence + 1)
    const placement = placeMessage(message, {
      forkedAt: this.forkedAt,
      hole: this.#isForgotten(sequence) ? 'forgotten' : undefined,
      held: this.#at(sequence),
      predecessors: this.#at(sequence - 1),
      successors,
    })
    if (placement.kind === 'duplicate' || placement.kind === 'mend' || placement.kind === 'forgotten')
      return placement.kind
    if (placement.kind === 'append' || placement.store) this.#held.push(message)
    if (placement.link === 'linked') this.#linked.add(message)
    if (placement.kind === 'fork') {
      this.forkedAt = placement.at
      return placement.store ? 'evidence' : 'dropped'
    }
    if (placement.linksSuccessor) for (const successor of successors) this.#linked.add(successor)
    return placement.link
  }

  /** Hashes of the messages in effect that are linked, by sequence. */
  linked(): string[] {
    const end = this.forkedAt ?? Number.POSITIVE_INFINITY
    const linked = [...this.#linked].filter(({ sequence }) => sequence < end)
    return linked.sort((a, b) => a.sequence - b.sequence).map(({ hash }) => hash)
  }

  /** Everything that is held, in the order it came. */
  kept(): readonly Link[] {
    return this.#held
  }

  #at(sequence: number): Link[] {
    return this.#held.filter((held) => held.sequence === sequence)
  }

  #isForgotten(sequence: number): boolean {
    return this.#forgotten !== undefined && sequence >= this.#forgotten[0] && sequence <= this.#forgotten[1]
  }
}
