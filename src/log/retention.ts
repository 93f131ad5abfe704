// Sweeps: now and then what has expired is forgotten, and what the policies of this node do not keep.

import { rangesOf } from './forgetting.ts'
import { Policies } from './policies.ts'
import { countInScope, surplusOf } from './surplus.ts'
import type { Author } from '../feed/index.ts'
import type { Logger } from '../logger.ts'
import type { Removed } from './forgetting.ts'
import type { Log } from './log.ts'
import type { Policy, PolicyDraft, PolicyStore } from './policy.ts'
import type { HeldAt, HeldMessages, MessageLists } from './surplus.ts'

/** What retention works with. */
export interface RetentionComponents {
  log: Pick<Log, 'author' | 'cursor' | 'forget' | 'expired'>
  policyStore: PolicyStore
  lists: MessageLists
  held: HeldMessages
  /** Milliseconds since 1970. */
  clock: () => number
  logger: Logger
}

/** When to sweep, and what. */
export interface RetentionInit {
  /** Whether policies are in force. What has expired goes in any case. */
  enabled: boolean
  intervalMs: number
}

/** What one sweep did. */
export interface Sweep {
  /** Milliseconds since 1970. */
  at: number
  tookMs: number
  /** Messages removed because they had expired. */
  expired: number
  /** Messages removed because of policies. */
  surplus: number
  /** Of signed text, over all that was removed. */
  bytes: number
}

/** What a policy would remove if it were in force now. Nothing is changed by looking. */
export interface Preview extends Removed {
  /** Messages that the policy is about, those included that stay. */
  inScope: number
  /** Of whom how much would go, who loses most first. */
  authors: ({ author: Author } & Removed)[]
}

/** Expired messages that are looked up at once, on the main thread: about a millisecond. */
const EXPIRED_PER_PAGE = 256

/** Messages of a policy that are forgotten in one go. Each range costs a hole and a mark, as many as feeds are in it. */
const FORGOTTEN_TOGETHER = 4_096

/** Sweeps by itself, once started, and on demand. One sweep at a time. */
export class Retention {
  readonly policies: Policies
  readonly init: RetentionInit
  readonly #components: RetentionComponents
  readonly #stopping = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #sweeping: Promise<Sweep> | undefined
  #last: Sweep | undefined

  constructor(components: RetentionComponents, init: RetentionInit) {
    this.policies = new Policies(components.policyStore, components.clock)
    this.init = init
    this.#components = components
  }

  /** What the last sweep of this process did. */
  get lastSweep(): Sweep | undefined {
    return this.#last
  }

  /** Sweeps at once, and then again and again. */
  start(): void {
    const sweep = (): void => void this.sweep().catch((error: unknown) => this.#failed({}, error))
    this.#timer = setInterval(sweep, this.init.intervalMs)
    this.#timer.unref()
    sweep()
  }

  /** Ends after the slice in hand. Safe to call twice. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#stopping.abort()
    await this.#sweeping?.catch(() => {})
  }

  /**
   * Forgets what is due now. Whoever asks while a sweep is under way waits for that one.
   *
   * @throws StoreError; what was forgotten by then stays forgotten
   */
  sweep(): Promise<Sweep> {
    this.#sweeping ??= this.#sweep().finally(() => {
      this.#sweeping = undefined
    })
    return this.#sweeping
  }

  /** What a policy would remove now, beside what has expired. */
  async preview(draft: PolicyDraft): Promise<Preview> {
    const components = this.#surplusComponents
    const total: Removed = { messages: 0, bytes: 0 }
    const byAuthor = new Map<Author, { author: Author } & Removed>()
    for await (const page of surplusOf(draft, components, this.#components.clock())) {
      for (const { author, bytes } of page) {
        const one = byAuthor.get(author) ?? { author, messages: 0, bytes: 0 }
        byAuthor.set(author, one)
        for (const sum of [total, one]) add(sum, { messages: 1, bytes })
      }
    }
    const authors = [...byAuthor.values()].sort((one, other) => other.messages - one.messages)
    return { ...total, inScope: await countInScope(draft, components), authors }
  }

  async #sweep(): Promise<Sweep> {
    const { clock, logger } = this.#components
    const [at, begun] = [clock(), performance.now()]
    const expired = await this.#forgetExpired()
    const surplus = await this.#forgetSurplus()
    const bytes = expired.bytes + surplus.bytes
    const tookMs = Math.round(performance.now() - begun)
    this.#last = { at, tookMs, expired: expired.messages, surplus: surplus.messages, bytes }
    if (expired.messages + surplus.messages > 0) logger.info({ ...this.#last }, 'messages forgotten')
    return this.#last
  }

  async #forgetExpired(): Promise<Removed> {
    const { log } = this.#components
    const total: Removed = { messages: 0, bytes: 0 }
    for (let due = log.expired(EXPIRED_PER_PAGE); due.length > 0; due = log.expired(EXPIRED_PER_PAGE)) {
      const removed = await log.forget(due, this.#stopping.signal)
      if (removed.messages === 0) break
      add(total, removed)
    }
    return total
  }

  async #forgetSurplus(): Promise<Removed> {
    const total: Removed = { messages: 0, bytes: 0 }
    if (!this.init.enabled) return total
    let version: number
    // Once more when they have changed meanwhile: who made a policy and asks for a sweep means that one too.
    do {
      version = this.policies.version
      for (const policy of this.policies.list()) add(total, await this.#apply(policy))
    } while (version !== this.policies.version && !this.#stopping.signal.aborted)
    return total
  }

  /** Each by itself: one that cannot be carried out keeps no other from it. */
  async #apply(policy: Policy): Promise<Removed> {
    const { log, clock, lists } = this.#components
    const { signal } = this.#stopping
    const total: Removed = { messages: 0, bytes: 0 }
    try {
      // What was forgotten a moment ago must not be counted among what is kept.
      await lists.settled(log.cursor().offset, signal)
      for await (const batch of gathered(surplusOf(policy, this.#surplusComponents, clock()))) {
        if (signal.aborted) break
        add(total, await log.forget(rangesOf(batch), signal))
      }
    } catch (error) {
      this.#failed({ policy: policy.id }, error)
    }
    return total
  }

  get #surplusComponents() {
    const { lists, held, log } = this.#components
    return { lists, held, author: log.author }
  }

  #failed(facts: object, error: unknown): void {
    this.#components.logger.warn({ ...facts, err: error }, 'a sweep ended early; the next one goes on')
  }
}

/** Pages put together, so that what goes of one feed goes as few ranges. */
async function* gathered(pages: AsyncIterable<HeldAt[]>): AsyncGenerator<HeldAt[]> {
  let batch: HeldAt[] = []
  for await (const page of pages) {
    batch.push(...page)
    if (batch.length < FORGOTTEN_TOGETHER) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

function add(sum: Removed, { messages, bytes }: Removed): void {
  sum.messages += messages
  sum.bytes += bytes
}
