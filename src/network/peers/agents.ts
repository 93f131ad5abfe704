// Which software each connected peer says that it runs.

import type { IdentifyResult, Libp2p, PeerId } from '@libp2p/interface'

/** A peer writes what it likes; so much of it is shown. */
const AGENT_LENGTH_MAX = 64

/** Kept from a peer's introduction to its last connection's end. */
export class Agents {
  readonly #agents = new Map<string, string>()

  constructor(libp2p: Pick<Libp2p, 'addEventListener'>) {
    libp2p.addEventListener('peer:identify', ({ detail }: CustomEvent<IdentifyResult>) => {
      if (detail.agentVersion !== undefined) this.#note(detail.peerId, detail.agentVersion)
    })
    libp2p.addEventListener('peer:disconnect', ({ detail }: CustomEvent<PeerId>) => {
      this.#agents.delete(detail.toString())
    })
  }

  of(peer: string): string | undefined {
    return this.#agents.get(peer)
  }

  #note(peer: PeerId, agent: string): void {
    this.#agents.set(peer.toString(), agent.slice(0, AGENT_LENGTH_MAX))
  }
}
