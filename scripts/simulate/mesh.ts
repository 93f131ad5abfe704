// Push, as gossipsub does it. gossipsub is a library bound to libp2p and to real time, so what is here is a model of it: a mesh of 4 to 12
// links, eager push along it, and every second word of what was said to some others. What a payload is worth is judged in the order of
// protocols/gossip/1 §5, with the rates, the hints and the numbers of src/network/gossip. Not modelled: IDONTWANT, announcements of messages
// over 16 KiB, and scores other than for payloads that were rejected.

import {
  ACCEPTED_RATE,
  FLOOD_BELOW_SUBSCRIBERS,
  FLOOD_RATE,
  HINT_MS,
  HINTS_KEPT_MAX,
  MESH_DEGREE,
  MESSAGE_ID_BYTES,
  RATES_KEPT_MAX,
  SEEN_MS,
} from '../../src/network/gossip/constants.ts'
import { Gaps } from '../../src/network/gossip/gaps.ts'
import { Pushed } from '../../src/network/gossip/pushed.ts'
import { Rates } from '../../src/network/gossip/rates.ts'
import { FLOOD } from './hostility.ts'
import { Carried } from './message-pool.ts'
import type { Hash } from '../../src/feed/index.ts'
import type { Hint } from '../../src/network/gossip/gaps.ts'
import type { Chance } from './chance.ts'
import type { Link } from './link.ts'
import type { SimulatedNode } from './node.ts'
import type { World } from './world.ts'

/** gossipsub's own: a heartbeat each second; what came in the last three is told to six others; who was pruned stays away for a minute. */
const HEARTBEAT_MS = 1_000
const TOLD_HEARTBEATS = 3
const TOLD_PEERS = 6
const BACKOFF_MS = 60_000

/** Topic, tags and lengths of an RPC, about. */
const RPC_BYTES = 50
const ID_BYTES = MESSAGE_ID_BYTES + 2

/** Judging and writing one payload. */
const JUDGE_MS = 1

/** A payload whose signature is not the author's. Each is another. */
export class Forged {
  readonly bytes = 500
}

type Payload = Carried | Forged

interface MeshPeer {
  readonly link: Link
  readonly node: SimulatedNode
  isInMesh: boolean
  /** Until when it is not grafted again. */
  awayUntil: number
}

export class Mesh {
  readonly #node: SimulatedNode
  readonly #world: World
  readonly #chance: Chance
  readonly #peers = new Map<SimulatedNode, MeshPeer>()
  readonly #atDoor = new Rates(FLOOD_RATE, RATES_KEPT_MAX)
  readonly #ofPeers = new Rates(ACCEPTED_RATE, RATES_KEPT_MAX)
  readonly #ofAuthors = new Rates(ACCEPTED_RATE, RATES_KEPT_MAX)
  readonly #gaps = new Gaps(HINT_MS, HINTS_KEPT_MAX)
  readonly #pushed = new Pushed()
  /** Whose payloads were rejected: REJECTED_WEIGHT of gossip/constants.ts keeps them out of the mesh, and peers/ bans them soon. */
  readonly #rejected = new Set<SimulatedNode>()
  /** In this seen window and the one before. */
  #seen = new Set<Payload>()
  #seenBefore = new Set<Payload>()
  /** What came since the last heartbeat, and in those before. */
  #told: Carried[][] = [[]]

  constructor(node: SimulatedNode, world: World, chance: Chance) {
    this.#node = node
    this.#world = world
    this.#chance = chance
    const { clock } = world
    clock.after(chance.next() * HEARTBEAT_MS, () => this.#beat())
    clock.after(SEEN_MS, () => this.#forgetSeen())
  }

  connected(link: Link): void {
    const node = link.other(this.#node)
    this.#peers.set(node, { link, node, isInMesh: false, awayUntil: 0 })
    if (this.#node.hostility === 'flooder') this.#flood(node, FLOOD.messages)
  }

  disconnected(link: Link): void {
    this.#peers.delete(link.other(this.#node))
  }

  /** Our own message goes out. */
  publish(carried: Carried): void {
    this.#seen.add(carried)
    this.#told[0]?.push(carried)
    this.#pushed.add(carried.message.hash)
    const peers = [...this.#peers.values()]
    const isSmall = peers.length < FLOOD_BELOW_SUBSCRIBERS
    for (const peer of peers) if (isSmall || peer.isInMesh) this.#push(peer, carried)
  }

  /** Whether this node sent or forwarded a message lately. */
  hasPushed(hash: Hash): boolean {
    return this.#pushed.has(hash)
  }

  /** A message is here, whichever way it came. */
  arrived({ message: { author, sequence } }: Carried): void {
    this.#follow(this.#gaps.arrived(author, sequence, this.#world.clock.now))
  }

  /** A payload came. */
  receive(from: SimulatedNode, payload: Payload): void {
    const { clock } = this.#world
    const peer = this.#peers.get(from)
    if (peer === undefined || this.#node.hostility === 'stale') return
    if (!this.#atDoor.take(from.name, clock.now) || this.#hasSeen(payload)) return
    this.#seen.add(payload)
    clock.after(JUDGE_MS, () => this.#judge(peer, payload))
  }

  graft(from: SimulatedNode): void {
    const peer = this.#peers.get(from)
    if (peer === undefined) return
    if (this.#inMesh().length < MESH_DEGREE.Dhi && !this.#rejected.has(from)) peer.isInMesh = true
    else this.#prune(peer)
  }

  pruned(from: SimulatedNode): void {
    const peer = this.#peers.get(from)
    if (peer !== undefined) this.#leave(peer)
  }

  /** A peer says what it has. */
  hear(from: SimulatedNode, ids: readonly Carried[]): void {
    const peer = this.#peers.get(from)
    const unseen = ids.filter((id) => !this.#hasSeen(id))
    if (peer === undefined || unseen.length === 0) return
    this.#control(peer, RPC_BYTES + unseen.length * ID_BYTES, (mesh) => mesh.wanted(this.#node, unseen))
  }

  wanted(from: SimulatedNode, ids: readonly Carried[]): void {
    const peer = this.#peers.get(from)
    if (peer !== undefined) for (const id of ids) this.#push(peer, id)
  }

  /** protocols/gossip/1 §5, line by line. */
  #judge(peer: MeshPeer, payload: Payload): void {
    const { clock } = this.#world
    if (!this.#ofPeers.take(peer.node.name, clock.now)) return
    if (payload instanceof Forged) {
      this.#reject(peer)
      return
    }
    const { author, sequence } = payload.message
    if (this.#node.log.store.has(payload) || !this.#ofAuthors.has(author, clock.now)) return
    // Before it is in the log, where others see it.
    this.#pushed.add(payload.message.hash)
    const [result] = this.#node.log.append([payload], peer.node.name)
    if (result === undefined || !('outcome' in result) || result.outcome !== 'appended') return
    this.#ofAuthors.take(author, clock.now)
    const [position] = this.#node.log.positions([{ author, sequence }])
    if (position?.missing.some(({ to }) => to === sequence - 1)) {
      this.#follow(this.#gaps.noticed({ peer: peer.node.name, author, upTo: sequence - 1 }, clock.now))
    }
    this.#forward(peer, payload)
  }

  #reject(peer: MeshPeer): void {
    this.#world.observer.rejected()
    this.#rejected.add(peer.node)
    if (peer.isInMesh) this.#prune(peer)
    this.#node.report(peer.link, 'FEED_SIGNATURE_INVALID')
  }

  #forward(from: MeshPeer, carried: Carried): void {
    const { hostility } = this.#node
    if (hostility === 'liar' || hostility === 'flooder') return
    this.#told[0]?.push(carried)
    for (const peer of this.#inMesh()) {
      if (peer !== from) this.#push(peer, hostility === 'forger' ? new Forged() : carried)
    }
  }

  #push(peer: MeshPeer, payload: Payload): void {
    const bytes = payload instanceof Carried ? payload.item.text.length + payload.item.signature.length : payload.bytes
    peer.link.carry(this.#node, bytes + RPC_BYTES, () => {
      this.#world.observer.cameAsPayload(peer.node, bytes, 1)
      this.#world.observer.cameAsControl(peer.node, RPC_BYTES)
      peer.node.mesh.receive(this.#node, payload)
    })
  }

  #control(peer: MeshPeer, bytes: number, deliver: (mesh: Mesh) => void): void {
    peer.link.carry(this.#node, bytes, () => {
      this.#world.observer.cameAsControl(peer.node, bytes)
      deliver(peer.node.mesh)
    })
  }

  #beat(): void {
    // Away and back again is another mesh: this one beats no more.
    if (this.#node.mesh !== this) return
    this.#keepDegree()
    this.#tell()
    this.#world.clock.after(HEARTBEAT_MS, () => this.#beat())
  }

  #keepDegree(): void {
    const inMesh = this.#inMesh()
    const { D, Dlo, Dhi } = MESH_DEGREE
    if (inMesh.length < Dlo) for (const peer of this.#candidates().slice(0, D - inMesh.length)) this.#graft(peer)
    if (inMesh.length > Dhi) for (const peer of this.#chance.shuffled(inMesh).slice(D)) this.#prune(peer)
  }

  #candidates(): MeshPeer[] {
    const { now } = this.#world.clock
    const free = [...this.#peers.values()].filter(
      ({ node, isInMesh, awayUntil }) => !isInMesh && !this.#rejected.has(node) && awayUntil <= now,
    )
    return this.#chance.shuffled(free)
  }

  #tell(): void {
    const ids = this.#told.flat()
    this.#told = [[], ...this.#told.slice(0, TOLD_HEARTBEATS - 1)]
    if (ids.length === 0) return
    const others = [...this.#peers.values()].filter(({ isInMesh }) => !isInMesh)
    for (const peer of this.#chance.shuffled(others).slice(0, TOLD_PEERS)) {
      this.#control(peer, RPC_BYTES + ids.length * ID_BYTES, (mesh) => mesh.hear(this.#node, ids))
    }
  }

  #graft(peer: MeshPeer): void {
    peer.isInMesh = true
    this.#control(peer, RPC_BYTES, (mesh) => mesh.graft(this.#node))
  }

  #prune(peer: MeshPeer): void {
    this.#leave(peer)
    this.#control(peer, RPC_BYTES, (mesh) => mesh.pruned(this.#node))
  }

  #leave(peer: MeshPeer): void {
    peer.isInMesh = false
    peer.awayUntil = this.#world.clock.now + BACKOFF_MS
  }

  #inMesh(): MeshPeer[] {
    return [...this.#peers.values()].filter(({ isInMesh }) => isInMesh)
  }

  #hasSeen(payload: Payload): boolean {
    return this.#seen.has(payload) || this.#seenBefore.has(payload)
  }

  #forgetSeen(): void {
    if (this.#node.mesh !== this) return
    this.#seenBefore = this.#seen
    this.#seen = new Set()
    this.#world.clock.after(SEEN_MS, () => this.#forgetSeen())
  }

  #follow(hint: Hint | undefined): void {
    if (hint !== undefined) this.#node.hinted(hint)
  }

  #flood(node: SimulatedNode, left: number): void {
    const peer = this.#peers.get(node)
    if (peer === undefined || left === 0) return
    this.#push(peer, new Forged())
    this.#world.clock.after(FLOOD.everyMs, () => this.#flood(node, left - 1))
  }
}
