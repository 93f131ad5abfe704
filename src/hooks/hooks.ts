// All hooks of a node: opened with what is configured, started when the API listens, asked for their state and their dead letters.

import { resolve } from 'node:path'
import { commandCall } from './command.ts'
import { HookError } from './errors.ts'
import { Launcher } from './launcher.ts'
import { HookRunner } from './runner.ts'
import { refuseUnfit } from './unfit.ts'
import { webhookCall } from './webhook.ts'
import type { Author, Hash } from '../feed/index.ts'
import type { Call } from './attempt.ts'
import type { HookInit } from './hook.ts'
import type { DeadLetter } from './hook-store.ts'
import type { HookComponents, HookState } from './runner.ts'

/** What hooks are given to do. */
export interface HooksInit {
  hooks: readonly HookInit[]
  /** Public id of this node. */
  identity: Author
  dataDir: string
  /** Of this software, told to webhooks. */
  version: string
  /** Such as http://127.0.0.1:7654, once it is known; undefined without API. */
  apiUrl: () => string | undefined
}

/** The hooks of a node. */
export class Hooks {
  readonly #components: HookComponents
  readonly #launcher = new Launcher()
  readonly #runners: ReadonlyMap<string, HookRunner>

  /** @internal Use {@link openHooks}. */
  constructor(components: HookComponents, init: HooksInit) {
    this.#components = components
    this.#runners = new Map(
      init.hooks.map((hook) => [hook.name, new HookRunner(components, hook, this.#callOf(hook, init))]),
    )
  }

  start(): void {
    if (this.states().some(({ kind }) => kind === 'command')) this.#launcher.start()
    for (const runner of this.#runners.values()) runner.start()
  }

  /** Ends what runs; messages that are not finished are delivered after the next start. */
  async stop(): Promise<void> {
    await Promise.all([...this.#runners.values()].map((runner) => runner.stop()))
    await this.#launcher.stop()
  }

  /** In the order of the configuration. */
  states(): HookState[] {
    return [...this.#runners.values()].map(({ state }) => state)
  }

  /**
   * The messages that a hook failed for, oldest first.
   *
   * @throws HookError `HOOK_UNKNOWN`
   */
  letters(hook: string): DeadLetter[] {
    this.#runner(hook)
    return this.#components.store.letters(hook)
  }

  /**
   * Delivers the message of a letter again, or those of all, one after the other beside what is new; a letter goes when its message is taken.
   *
   * @throws HookError `HOOK_UNKNOWN`, `HOOK_LETTER_UNKNOWN`, `HOOK_MESSAGE_GONE`
   */
  async retry(hook: string, hash: Hash | 'all'): Promise<void> {
    const runner = this.#runner(hook)
    const letters = this.#chosen(hook, hash)
    if (hash !== 'all' && (await this.#components.log.message(hash)) === undefined) throw gone(hook, hash)
    for (const letter of letters) runner.retry(letter)
  }

  /** @throws HookError `HOOK_UNKNOWN`, `HOOK_LETTER_UNKNOWN` */
  drop(hook: string, hash: Hash | 'all'): void {
    this.#runner(hook)
    const hashes = this.#chosen(hook, hash).map((letter) => letter.hash)
    this.#components.store.removeLetters(hook, hashes)
  }

  #callOf(hook: HookInit, { identity, dataDir, apiUrl, version }: HooksInit): Call {
    const { name, target } = hook
    switch (target.kind) {
      case 'command':
        return commandCall(
          target.path,
          hook,
          { hook: name, identity, dataDir: resolve(dataDir), apiUrl },
          this.#launcher,
        )
      case 'webhook':
        return webhookCall(target, hook, { version, clock: this.#components.clock })
    }
  }

  #runner(hook: string): HookRunner {
    const runner = this.#runners.get(hook)
    if (runner !== undefined) return runner
    throw new HookError('HOOK_UNKNOWN', `No hook is called "${hook}" here.`, { hook, known: [...this.#runners.keys()] })
  }

  #chosen(hook: string, hash: Hash | 'all'): DeadLetter[] {
    const { store } = this.#components
    if (hash === 'all') return store.letters(hook)
    const letter = store.letter(hook, hash)
    if (letter !== undefined) return [letter]
    const message = `The hook "${hook}" has no dead letter of the message ${hash}.`
    throw new HookError('HOOK_LETTER_UNKNOWN', message, { hook, hash })
  }
}

/**
 * Checks every hook and finds its place in the log. Nothing is called before `start`.
 *
 * @throws HookError `HOOK_INVALID`, naming the hook and what is wrong with it
 * @example
 * const hooks = openHooks({ log, store, textOf: messageText, logger, clock, random }, { hooks: [hook], identity, dataDir, version, apiUrl })
 * hooks.start()
 */
export function openHooks(components: HookComponents, init: HooksInit): Hooks {
  refuseUnfit(init.hooks)
  return new Hooks(components, init)
}

function gone(hook: string, hash: Hash): HookError {
  const message = `The message ${hash} is no longer held here, so it cannot be delivered. Drop the letter.`
  return new HookError('HOOK_MESSAGE_GONE', message, { hook, hash })
}
