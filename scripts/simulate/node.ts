// One simulated node: a log, a mesh, and a pull from everybody it is connected to, begun again when it ends (src/network/pulling.ts).

import { createHash } from 'node:crypto'
import { createIdentity } from '../../src/feed/index.ts'
import { waitBeforeRetry } from '../../src/network/peers/backoff.ts'
import { conductCodeOf } from '../../src/network/peers/conduct.ts'
import { BAN_MS_FIRST } from '../../src/network/peers/constants.ts'
import { consequenceOf, isBanned, worsened } from '../../src/network/peers/reputation.ts'
import { PeerShares } from '../../src/network/replicate/peer-shares.ts'
import { CreditPool } from '../../src/network/replicate/puller/credit.ts'
import { InFlight } from '../../src/network/replicate/puller/in-flight.ts'
import { KnownLists } from '../../src/network/replicate/scope.ts'
import { LightLog } from './light-log.ts'
import { Mesh } from './mesh.ts'
import { PullMemory } from './pull-memory.ts'
import { PullStream } from './streams.ts'
import type { Identity } from '../../src/feed/index.ts'
import type { Hint } from '../../src/network/gossip/gaps.ts'
import type { ConductCode, Standing } from '../../src/network/peers/reputation.ts'
import type { ReplicateError } from '../../src/network/replicate/errors.ts'
import type { Chance } from './chance.ts'
import type { Hostility } from './hostility.ts'
import type { Link } from './link.ts'
import type { Carried } from './message-pool.ts'
import type { World } from './world.ts'

/** The pulls from one peer. */
interface Pulling {
  readonly link: Link
  stream: PullStream | undefined
  failures: number
}

export class SimulatedNode {
  readonly number: number
  /** As PeerId. */
  readonly name: string
  readonly identity: Identity
  readonly hostility: Hostility | undefined
  readonly log: LightLog
  readonly pullMemory = new PullMemory()
  readonly lists = new KnownLists()
  readonly links: Link[] = []
  credit = new CreditPool()
  inFlight = new InFlight()
  mesh: Mesh
  isUp = true
  /** When it came back last. */
  upSince = 0
  readonly #world: World
  readonly #chance: Chance
  readonly #pulls = new Map<string, Pulling>()
  readonly #pullsFrom = new Map<string, number>()
  readonly #shares = new Map<string, PeerShares>()
  readonly #standings = new Map<string, Standing>()
  readonly #bannedUntil = new Map<string, number>()

  constructor(number: number, hostility: Hostility | undefined, world: World, chance: Chance) {
    this.number = number
    this.name = `peer-${number}`
    this.hostility = hostility
    this.#world = world
    this.#chance = chance
    this.identity = createIdentity(createHash('sha256').update(`${world.settings.seed}/${number}`).digest())
    const { pool, clock, observer } = world
    const onAppended = (carried: Carried): void => {
      observer.took(this, carried)
      this.mesh.arrived(carried)
    }
    this.log = new LightLog({ pool, number, identity: this.identity, clock, onAppended })
    this.mesh = new Mesh(this, world, chance.branch())
  }

  publish(text: string): Carried {
    const carried = this.log.publish({ content: { type: 'message', text } })
    if (this.#world.settings.gossip) this.mesh.publish(carried)
    return carried
  }

  /** Whether it would take a connection with this peer. */
  welcomes(peer: SimulatedNode): boolean {
    return this.isUp && (this.#bannedUntil.get(peer.name) ?? 0) <= this.#world.clock.now
  }

  connected(link: Link): void {
    const peer = link.other(this)
    const pulling: Pulling = { link, stream: undefined, failures: 0 }
    this.#pulls.set(peer.name, pulling)
    if (this.#world.settings.gossip) this.mesh.connected(link)
    if (this.hostility !== 'stale') this.#pull(pulling, peer)
  }

  disconnected(link: Link): void {
    const { name } = link.other(this)
    this.mesh.disconnected(link)
    this.#pulls.get(name)?.stream?.end()
    this.#pulls.delete(name)
  }

  /** A peer has something that is missing here. */
  hinted({ peer, author, upTo }: Hint): void {
    this.#pulls.get(peer)?.stream?.hint({ type: 'hinted', hint: { author, upTo } })
  }

  /** What a peer may take of us. */
  sharesOf(peer: string): PeerShares {
    const shares = this.#shares.get(peer) ?? new PeerShares()
    this.#shares.set(peer, shares)
    return shares
  }

  /** Holds an error against a peer, as src/network/peers/conduct.ts does. */
  report(link: Link, code: ConductCode): void {
    const { clock, observer } = this.#world
    const { name } = link.other(this)
    const consequence = consequenceOf(code)
    if (consequence === 'ignore') return
    const standing = worsened(this.#standings.get(name), consequence, clock.now)
    this.#standings.set(name, standing)
    if (isBanned(standing)) {
      observer.banned()
      this.#standings.delete(name)
      this.#bannedUntil.set(name, clock.now + BAN_MS_FIRST)
    }
    if (isBanned(standing) || consequence === 'disconnect') link.close()
  }

  /** Stops as if its machine was switched off; what it holds, and remembers of servers, is on disk. */
  goAway(): void {
    this.isUp = false
    for (const link of this.links) link.close()
  }

  comeBack(): void {
    this.isUp = true
    this.upSince = this.#world.clock.now
    this.credit = new CreditPool()
    this.inFlight = new InFlight()
    this.mesh = new Mesh(this, this.#world, this.#chance.branch())
    for (const link of this.links) link.dial()
  }

  #pull(pulling: Pulling, server: SimulatedNode): void {
    const pullsBefore = this.#pullsFrom.get(server.name) ?? 0
    this.#pullsFrom.set(server.name, pullsBefore + 1)
    const { link } = pulling
    pulling.stream = new PullStream(
      {
        link,
        puller: this,
        server,
        pullsBefore,
        onRound: () => {
          pulling.failures = 0
        },
        over: (error) => this.#pullEnded(pulling, server, error),
      },
      this.#world,
    )
  }

  #pullEnded(pulling: Pulling, server: SimulatedNode, error: ReplicateError | undefined): void {
    pulling.stream = undefined
    if (error !== undefined) {
      pulling.failures++
      this.report(pulling.link, conductCodeOf(error))
    }
    const retryMs = typeof error?.details.retryMs === 'number' ? error.details.retryMs : 0
    this.#world.clock.after(Math.max(retryMs, waitBeforeRetry(pulling.failures, this.#chance.next)), () => {
      if (this.#pulls.get(server.name) === pulling) this.#pull(pulling, server)
    })
  }
}
