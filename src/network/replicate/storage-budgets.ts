// How much one author, and one peer, can make this node store in a day. What is beyond it is left where it is, and asked for again later.

import {
  BUDGET_PAUSE_MS,
  BUDGETS_OF_AUTHORS_KEPT_MAX,
  BUDGETS_OF_PEERS_KEPT_MAX,
  STORED_BYTES_PER_MESSAGE,
} from './constants.ts'
import { Share } from './share.ts'
import type { Author } from '../../feed/index.ts'

/** The budgets, and whom to tell when one is spent. */
export interface StorageBudgetsInit {
  /** Bytes a day. */
  authorBytes: number
  peerBytes: number
  /** Told once each time that a budget is spent. */
  onSpent?: (spent: { cause: 'author_budget' | 'peer_budget'; author?: Author; peer: string }) => void
}

/** One budget. When it is spent it stays so for a while: then a good part of it is back, and not a message at a time. */
interface Budget {
  share: Share
  /** Milliseconds since 1970. */
  spentUntil: number
}

const DAY_SECONDS = 86_400

/** The budgets of one node, in memory: a restart fills them. */
export class StorageBudgets {
  readonly #init: StorageBudgetsInit
  readonly #authors = new Map<Author, Budget>()
  readonly #peers = new Map<string, Budget>()

  constructor(init: StorageBudgetsInit) {
    this.#init = init
  }

  /** Since when nothing more is stored of this author, in milliseconds since 1970; undefined while something is. */
  authorSpentSince(author: Author, now: number): number | undefined {
    const until = this.#authors.get(author)?.spentUntil ?? 0
    return until > now ? until - BUDGET_PAUSE_MS : undefined
  }

  /** Milliseconds for which nothing more is stored that this peer gives; 0 when it is. */
  peerWaitMs(peer: string, now: number): number {
    return Math.max(0, (this.#peers.get(peer)?.spentUntil ?? 0) - now)
  }

  /** Messages of this author were stored, with so many bytes of text in all, that this peer gave. */
  stored(author: Author, peer: string, textBytes: number, now: number, messages = 1): void {
    const { authorBytes, peerBytes, onSpent } = this.#init
    const bytes = textBytes + messages * STORED_BYTES_PER_MESSAGE
    const ofAuthor = budgetIn(this.#authors, author, authorBytes, BUDGETS_OF_AUTHORS_KEPT_MAX)
    const ofPeer = budgetIn(this.#peers, peer, peerBytes, BUDGETS_OF_PEERS_KEPT_MAX)
    if (isSpentBy(bytes, ofAuthor, now)) onSpent?.({ cause: 'author_budget', author, peer })
    if (isSpentBy(bytes, ofPeer, now)) onSpent?.({ cause: 'peer_budget', peer })
  }
}

/** Those not used for longest make room: their budgets begin again full. */
function budgetIn<Key>(budgets: Map<Key, Budget>, key: Key, bytes: number, keptMax: number): Budget {
  const budget = budgets.get(key) ?? { share: new Share(bytes / DAY_SECONDS, bytes), spentUntil: 0 }
  budgets.delete(key)
  budgets.set(key, budget)
  const [oldest] = budgets.keys()
  if (budgets.size > keptMax && oldest !== undefined) budgets.delete(oldest)
  return budget
}

/** Whether these bytes were the last that fitted. */
function isSpentBy(bytes: number, budget: Budget, now: number): boolean {
  const wasSpent = budget.spentUntil > now
  budget.share.spend(bytes, now)
  if (wasSpent || budget.share.waitMs(now) === 0) return false
  budget.spentUntil = now + BUDGET_PAUSE_MS
  return true
}
