// A node that takes no part in gossip lives on streams of messages. Two such streams are enough; every further one brings the same again.
// The other peers are followed by heads, and take over from a server that falls silent. Pure; time is an argument.

/** replication.md, "Push": one to live on, and one for when that fails. */
const SERVERS_MAX = 2

/** A server that has said nothing for so long, while another peer had something new, is replaced. */
const SILENCE_MS = 10_000

/** The peers whose streams carry messages. */
export class LiveServers {
  /** When each last sent messages, or was chosen. */
  readonly #heardAt = new Map<string, number>()

  /** Whether this peer is a server; it becomes one when there is a place. */
  choose(peer: string, now: number): boolean {
    if (!this.#heardAt.has(peer) && this.#heardAt.size < SERVERS_MAX) this.#heardAt.set(peer, now)
    return this.#heardAt.has(peer)
  }

  /** The peer is gone, or is followed in another way. Answers whether a place is free by that. */
  forget(peer: string): boolean {
    return this.#heardAt.delete(peer)
  }

  /** A peer sent messages that were missing here. Answers the silent server that it replaces. */
  heard(peer: string, now: number): string | undefined {
    if (this.#heardAt.has(peer)) {
      this.#heardAt.set(peer, now)
      return undefined
    }
    const [silent] = [...this.#heardAt].find(([, heardAt]) => now - heardAt >= SILENCE_MS) ?? []
    if (silent === undefined) return undefined
    this.#heardAt.delete(silent)
    this.#heardAt.set(peer, now)
    return silent
  }
}
