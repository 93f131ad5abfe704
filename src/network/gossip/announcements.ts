// Announcements that were accepted within the seen window. gossipsub knows a payload by its bytes, and one announcement can be written in
// many. Pure; time is an argument.

import type { Announcement } from './payload.ts'

export class Announcements {
  readonly #keptMax: number
  readonly #windowMs: number
  /** When each was accepted, in that order. */
  readonly #acceptedAt = new Map<string, number>()

  constructor(windowMs: number, keptMax: number) {
    this.#windowMs = windowMs
    this.#keptMax = keptMax
  }

  has(announcement: Announcement, now: number): boolean {
    const acceptedAt = this.#acceptedAt.get(nameOf(announcement))
    return acceptedAt !== undefined && now - acceptedAt < this.#windowMs
  }

  add(announcement: Announcement, now: number): void {
    const name = nameOf(announcement)
    this.#acceptedAt.delete(name)
    this.#acceptedAt.set(name, now)
    const [oldest] = this.#acceptedAt.keys()
    if (this.#acceptedAt.size > this.#keptMax && oldest !== undefined) this.#acceptedAt.delete(oldest)
  }
}

function nameOf({ author, hash }: Announcement): string {
  return author + hash
}
