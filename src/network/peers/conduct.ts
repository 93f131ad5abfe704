// From what a peer did to what becomes of it: warned, disconnected, banned. Remembered by PeerId, and only of so many peers.

import { STANDINGS_MAX } from './constants.ts'
import { consequenceOf, isBanned, worsened } from './reputation.ts'
import type { Libp2p } from '@libp2p/interface'
import type { FeedErrorCode } from '../../feed/index.ts'
import type { Logger } from '../../logger.ts'
import type { ReplicateError } from '../replicate/index.ts'
import type { Bans } from './bans.ts'
import type { Refusals } from './refusals.ts'
import type { ConductCode, Standing } from './reputation.ts'

/** What to hold against whoever caused an error: of an item that fails verification, what is wrong with it. */
export function conductCodeOf({ code, details }: ReplicateError): ConductCode {
  // As: replicate/ sets this detail from a FeedErrorCode, and from nothing else.
  return code === 'REPLICATE_ITEM_INVALID' ? (details.code as FeedErrorCode) : code
}

/** What judging works with. */
export interface ConductComponents {
  libp2p: Pick<Libp2p, 'getConnections'>
  bans: Bans
  refusals: Refusals
  /** Milliseconds since 1970. */
  clock: () => number
  logger: Logger
}

/** How each peer behaves. */
export class Conduct {
  readonly #components: ConductComponents
  /** Those who did something last standing last. */
  readonly #standings = new Map<string, Standing>()

  constructor(components: ConductComponents) {
    this.#components = components
  }

  /** Something with this peer ended with an error. It costs the peer what the table says, and nobody else anything. */
  report(peer: string, code: ConductCode): void {
    const consequence = consequenceOf(code)
    if (consequence === 'ignore') return
    const standing = worsened(this.#standings.get(peer), consequence, this.#components.clock())
    this.#keep(peer, standing)
    if (isBanned(standing)) this.#ban(peer, code)
    else if (consequence === 'disconnect') this.#disconnect(peer, code)
    else this.#components.refusals.note({ cause: 'warned', code, peer })
  }

  /** Ends a ban by hand; the peer begins anew. Answers whether there was one. */
  pardon(peer: string): boolean {
    this.#standings.delete(peer)
    return this.#components.bans.lift(peer)
  }

  #ban(peer: string, code: ConductCode): void {
    const { bans, logger } = this.#components
    this.#standings.delete(peer)
    try {
      const { since, until, times } = bans.add(peer, code)
      logger.warn({ peer, code, secs: Math.round((until - since) / 1000), times }, 'peer banned')
    } catch (error) {
      logger.error({ peer, code, err: error }, 'a ban holds, but could not be stored')
    }
    this.#hangUp(peer, 'banned', code)
  }

  #disconnect(peer: string, code: ConductCode): void {
    this.#components.logger.info({ peer, code }, 'peer disconnected')
    this.#hangUp(peer, 'misconduct', code)
  }

  #hangUp(peer: string, cause: 'banned' | 'misconduct', code: ConductCode): void {
    const { libp2p, refusals } = this.#components
    const connections = libp2p.getConnections().filter(({ remotePeer }) => remotePeer.toString() === peer)
    refusals.note({ cause, code, peer, address: connections[0]?.remoteAddr.toString() })
    for (const connection of connections) connection.abort(new Error(`Disconnected for ${code}.`))
  }

  #keep(peer: string, standing: Standing): void {
    this.#standings.delete(peer)
    this.#standings.set(peer, standing)
    const [oldest] = this.#standings.keys()
    if (this.#standings.size > STANDINGS_MAX && oldest !== undefined) this.#standings.delete(oldest)
  }
}
