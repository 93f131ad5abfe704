// How far a node is from holding all that its connected peers told of, and from having folded it. Pure.

import { plain, shortAuthor } from './output.ts'
import { advanceText } from './progress.ts'
import type { MeshPeerData, StatusData } from '../api/index.ts'

/** What a node says of itself and its peers at one moment. */
export interface Standing {
  peers: readonly MeshPeerData[]
  projections: StatusData['projections']
}

/** Whether a round with each connected peer is complete, and nothing is owed or unread. Without any peer there is nobody to be in step with. */
export function isInStep({ peers, projections }: Standing): boolean {
  const live = peers.filter(({ state }) => state === 'live')
  return live.length > 0 && live.every(isDone) && projections.every(({ lag }) => lag === 0)
}

function isDone({ last_round: lastRound, lag = 0 }: MeshPeerData): boolean {
  return lastRound !== undefined && lag === 0
}

/** A line for each that is waited for, and why; before the first connection for each peer that is known. */
export function waitingFor(standing: Standing, pace: Pace): string[] {
  const live = standing.peers.filter(({ state }) => state === 'live')
  const peers = live.length > 0 ? live.filter((peer) => !isDone(peer)) : standing.peers
  const behind = standing.projections.filter(({ lag }) => lag > 0)
  return [
    ...(standing.peers.length === 0 ? ['no peer is known yet'] : []),
    ...peers.map((peer) => `${nameOf(peer)} ${whyOf(peer, pace)}`),
    ...behind.map(({ name, lag, error }) => `${name} ${error ?? pace.text(`reader ${name}`, lag)}`),
  ]
}

function whyOf(peer: MeshPeerData, pace: Pace): string {
  const { state, path, lag, last_error: lastError } = peer
  if (state !== 'live') return lastError === undefined ? state : `${state}: ${plain(lastError)}`
  if (lag === undefined || lag === 0)
    return `has not told everything yet${path === undefined ? '' : `, ${pathWord(path)}`}`
  return pace.text(`peer ${peer.address}`, lag, path === undefined ? [] : [pathWord(path)])
}

/** By the key that it signs with, where that is known, and the host behind it. */
export function nameOf({ public_id: author, address }: Pick<MeshPeerData, 'public_id' | 'address'>): string {
  return author === undefined ? plain(address) : `${shortAuthor(author)} (${plain(address)})`
}

function pathWord(path: NonNullable<MeshPeerData['path']>): string {
  return path === 'lan' ? 'LAN' : path
}

/** Knows from one look to the next how much was left at most, so that what was done meanwhile can be told. */
export class Pace {
  readonly #clock: () => number
  readonly #begun = new Map<string, { most: number; at: number }>()

  /** @param clock - milliseconds, from anywhere */
  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock
  }

  /** `1,240/1,310, 70 left, 35/s, LAN` */
  text(name: string, left: number, notes: readonly string[] = []): string {
    const now = this.#clock()
    const begun = this.#begun.get(name) ?? { most: left, at: now }
    begun.most = Math.max(begun.most, left)
    this.#begun.set(name, begun)
    const done = begun.most - left
    const seconds = (now - begun.at) / 1000
    return advanceText({ done, total: begun.most, rate: seconds > 0 ? done / seconds : 0, notes })
  }
}
