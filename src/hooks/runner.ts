// One hook at work: reads the log behind a cursor of its own, calls its target for what it wants, and writes down what is finished.

import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import { meantForUs } from '../projections/index.ts'
import { AHEAD_MAX, ENTRIES_AT_ONCE, OWN_RETRY_DELAY_MS } from './constants.ts'
import { Delivery } from './delivery.ts'
import { shownTarget } from './hook.ts'
import { Ledger } from './ledger.ts'
import { Slots } from './slots.ts'
import { ageOf, isShown, isWanted } from './wanted.ts'
import type { Hash } from '../feed/index.ts'
import type { Entry, Log, MessageEntry } from '../log/index.ts'
import type { Logger } from '../logger.ts'
import type { MeantForUsComponents } from '../projections/index.ts'
import type { Call, Failure } from './attempt.ts'
import type { Ended } from './delivery.ts'
import type { HookInit } from './hook.ts'
import type { DeadLetter, HookProgress, HookStore } from './hook-store.ts'
import type { Finish } from './ledger.ts'

/** What hooks work with. */
export interface HookComponents extends MeantForUsComponents {
  log: Pick<Log, 'author' | 'read' | 'cursor' | 'message' | 'selection'>
  store: HookStore
  /** The JSON of a message, as the REST interface answers it. */
  textOf: (entry: MessageEntry) => string
  logger: Logger
  /** Milliseconds since 1970. */
  clock: () => number
  /** 0 to 1. */
  random: () => number
}

/** How one hook is. */
export interface HookState extends HookProgress {
  name: string
  kind: HookInit['target']['kind']
  /** The path of a command, the origin of a URL. */
  target: string
  /** Entries of the log that it has still to look at, those under way among them. */
  lag: number
  /** Messages that it is called for now. */
  underWay: number
  deadLetters: number
  /** Its receiver asked for silence until then; milliseconds since 1970. */
  quietUntil?: number | undefined
  /** The last attempt that failed, since the node started. */
  lastFailure?: { at: number; reason: string } | undefined
}

/** Runs until it is stopped. */
export class HookRunner {
  readonly #hook: HookInit
  readonly #components: HookComponents
  readonly #delivery: Delivery
  readonly #ledger: Ledger
  readonly #slots: Slots
  readonly #underWay = new Set<Promise<void>>()
  /** Dead letters to be tried again, in order. */
  readonly #again = new Map<Hash, DeadLetter>()
  readonly #stopping = new AbortController()
  #reading: Promise<void> = Promise.resolve()
  #lastFailure: HookState['lastFailure']

  constructor(components: HookComponents, hook: HookInit, call: Call) {
    const { store, log, clock, random, textOf } = components
    this.#hook = hook
    this.#components = components
    this.#slots = new Slots(hook.concurrency)
    this.#ledger = new Ledger(store, hook, log.cursor().offset)
    const isDue = (entry: MessageEntry): boolean => isShown(entry, log.selection, clock())
    const onFailure = (failure: Failure): void => this.#noteFailure(failure)
    this.#delivery = new Delivery({ call, textOf, clock, random, isShown: isDue, onFailure }, hook)
  }

  start(): void {
    this.#reading = this.#read()
  }

  /** Ends the commands that run; their messages are delivered anew after the next start. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#reading
    await Promise.all(this.#underWay)
    await this.#write(() => this.#ledger.close())
  }

  get state(): HookState {
    const { name, target } = this.#hook
    const { deadLetters, ...progress } = this.#ledger.summary
    return {
      name,
      kind: target.kind,
      target: shownTarget(target),
      ...progress,
      lag: Math.max(0, this.#components.log.cursor().offset - progress.cursor),
      underWay: this.#underWay.size,
      deadLetters,
      quietUntil: this.#delivery.quietUntil,
      lastFailure: this.#lastFailure,
    }
  }

  /** Delivers the message of a dead letter again, with all attempts; the letter stays until the message is taken. */
  retry(letter: DeadLetter): void {
    const isIdle = this.#again.size === 0
    this.#again.set(letter.hash, letter)
    if (isIdle) this.#goOn(this.#deliverAllAgain())
  }

  get #signal(): AbortSignal {
    return this.#stopping.signal
  }

  /** The log may be unreadable for a while, as any file: it is read on from the same place. */
  async #read(): Promise<void> {
    const { log, logger } = this.#components
    while (!this.#signal.aborted) {
      try {
        const after = this.#ledger.readTo
        for await (const entries of log.read({ after, live: true, batchMax: ENTRIES_AT_ONCE, signal: this.#signal })) {
          for (const entry of entries) if (!this.#signal.aborted) await this.#take(entry)
          // The log itself waits for nothing before its end: everybody else has a turn here.
          await setImmediate()
        }
        return
      } catch (error) {
        logger.error({ hook: this.#hook.name, err: error }, 'a hook could not read the log and will try again')
        await this.#pause()
      }
    }
  }

  async #take(entry: Entry): Promise<void> {
    if (!this.#isDue(entry) || !(await this.#isForUs(entry))) return this.#write(() => this.#ledger.pass(entry.offset))
    if (!this.#isStale(entry)) return this.#begin(entry)
    await this.#write(() => this.#ledger.skip(entry.offset))
  }

  #isDue(entry: Entry): entry is MessageEntry {
    const { log, clock } = this.#components
    if (this.#ledger.isFinished(entry.offset)) return false
    return isWanted(entry, this.#hook.filter) && isShown(entry, log.selection, clock())
  }

  async #isForUs(entry: MessageEntry): Promise<boolean> {
    return !this.#hook.filter.toMe || (await meantForUs([entry], this.#components)).has(entry)
  }

  #isStale(entry: MessageEntry): boolean {
    const { maxAgeMs = Number.POSITIVE_INFINITY } = this.#hook
    return ageOf(entry, this.#components.clock()) > maxAgeMs
  }

  /** Waits for a slot, and as long as too much is finished beyond a message that is not. */
  async #begin(entry: MessageEntry): Promise<void> {
    while (this.#ledger.aheadCount >= AHEAD_MAX && this.#underWay.size > 0) await Promise.race(this.#underWay)
    await this.#slots.take()
    this.#ledger.begin(entry.offset)
    this.#goOn(this.#deliver(entry).finally(() => this.#slots.give()))
  }

  #goOn(work: Promise<void>): void {
    const watched = work.finally(() => this.#underWay.delete(watched))
    this.#underWay.add(watched)
  }

  async #deliver(entry: MessageEntry): Promise<void> {
    const ended = await this.#delivery.deliver(entry, this.#signal)
    const finish = this.#finishOf(entry, ended)
    if (finish !== undefined) await this.#write(() => this.#ledger.finish(entry.offset, finish))
  }

  /** One after the other: what is new does not wait for all that once failed. */
  async #deliverAllAgain(): Promise<void> {
    for (const [hash, letter] of this.#again) {
      try {
        if (!this.#signal.aborted) await this.#deliverAgain(letter)
      } catch (error) {
        const { logger } = this.#components
        logger.error({ hook: this.#hook.name, hash, err: error }, 'the message of a dead letter could not be read')
      }
      this.#again.delete(hash)
    }
  }

  async #deliverAgain(letter: DeadLetter): Promise<void> {
    const entry = await this.#components.log.message(letter.hash)
    if (entry === undefined) return
    await this.#slots.take()
    const ended = await this.#delivery.deliver(entry, this.#signal).finally(() => this.#slots.give())
    const finish = this.#finishOf(entry, ended, letter.attempts)
    if (finish !== undefined) await this.#write(() => this.#ledger.settleLetter(letter, finish))
  }

  /** Undefined for what a stop interrupted: it is not finished. */
  #finishOf(entry: MessageEntry, ended: Ended, attemptsBefore = 0): Finish | undefined {
    if (ended.kind === 'interrupted') return undefined
    if (ended.kind !== 'dead') return ended.kind
    const { logger, clock } = this.#components
    const { offset, hash, author } = entry
    const { reason, output } = ended.failure
    logger.warn({ hook: this.#hook.name, hash, reason }, 'a hook failed for a message, which is kept as a dead letter')
    return { offset, hash, author, attempts: attemptsBefore + ended.attempts, reason, output, failedAt: clock() }
  }

  #noteFailure({ reason }: Failure): void {
    const { clock, logger } = this.#components
    this.#lastFailure = { at: clock(), reason }
    logger.debug({ hook: this.#hook.name, reason }, 'a hook failed once')
  }

  /** Until it is written: a full disk holds the hook up and loses nothing. A node that stops does not wait for it. */
  async #write(work: () => void): Promise<void> {
    for (;;) {
      try {
        return work()
      } catch (error) {
        const { logger } = this.#components
        logger.error({ hook: this.#hook.name, err: error }, 'what a hook has done could not be written down')
        if (this.#signal.aborted) return
        await this.#pause()
      }
    }
  }

  async #pause(): Promise<void> {
    await sleep(OWN_RETRY_DELAY_MS, undefined, { signal: this.#signal }).catch(() => {})
  }
}
