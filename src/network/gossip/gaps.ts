// What gossip showed to be missing: whom to ask for it, one question of an author at a time. Pure; time is an argument.

import type { Author } from '../../feed/index.ts'

/** A peer has messages of this feed that we may miss, up to a sequence. */
export interface Hint {
  peer: string
  author: Author
  upTo: number
}

interface Followed {
  hint: Hint
  until: number
  /** The latest that came meanwhile. */
  next: Hint | undefined
}

/** Hints that are followed now. */
export class Gaps {
  readonly #followMs: number
  readonly #keptMax: number
  readonly #followed = new Map<Author, Followed>()

  constructor(followMs: number, keptMax: number) {
    this.#followMs = followMs
    this.#keptMax = keptMax
  }

  /** Something is missing. Answers the hint when it is to be followed now. */
  noticed(hint: Hint, now: number): Hint | undefined {
    const followed = this.#followed.get(hint.author)
    if (followed === undefined || now >= followed.until) return this.#follow(hint, now)
    followed.next = hint
    return undefined
  }

  /** A message is here. Answers the hint that waited for it. */
  arrived(author: Author, sequence: number, now: number): Hint | undefined {
    const followed = this.#followed.get(author)
    if (followed === undefined || sequence !== followed.hint.upTo) return undefined
    this.#followed.delete(author)
    const { next } = followed
    return next === undefined || next.upTo <= sequence ? undefined : this.#follow(next, now)
  }

  #follow(hint: Hint, now: number): Hint {
    this.#followed.delete(hint.author)
    this.#followed.set(hint.author, { hint, until: now + this.#followMs, next: undefined })
    const [oldest] = this.#followed.keys()
    if (this.#followed.size > this.#keptMax && oldest !== undefined) this.#followed.delete(oldest)
    return hint
  }
}
