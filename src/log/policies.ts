// The retention policies of one node.

import { POLICIES_MAX } from './constants.ts'
import { LogError } from './errors.ts'
import { isSameRule } from './policy.ts'
import type { Policy, PolicyDraft, PolicyStore } from './policy.ts'

/** Each change is on disk when the call returns, and in force at the next sweep. */
export class Policies {
  readonly #store: PolicyStore
  readonly #clock: () => number
  #version = 0

  constructor(store: PolicyStore, clock: () => number) {
    this.#store = store
    this.#clock = clock
  }

  /** Rises with each change. */
  get version(): number {
    return this.#version
  }

  /** In the order in which they were made. */
  list(): Policy[] {
    return this.#store.all()
  }

  /**
   * Makes a policy. One with the same scope and the same criteria, whatever their values, is replaced and keeps its id: policies of one
   * kind do not pile up.
   *
   * @throws LogError `LOG_POLICIES_FULL`
   */
  put(draft: PolicyDraft): Policy {
    const all = this.#store.all()
    const createdAt = this.#clock()
    const known = all.find((policy) => isSameRule(policy, draft))
    if (known === undefined && all.length >= POLICIES_MAX) throw full()
    const id = known?.id ?? this.#store.add(draft, createdAt)
    if (known !== undefined) this.#store.replace({ ...draft, id, createdAt })
    this.#version++
    return { ...draft, id, createdAt }
  }

  /** Answers whether there was one. What it removed stays removed. */
  remove(id: number): boolean {
    const isKnown = this.#store.all().some((policy) => policy.id === id)
    this.#store.remove(id)
    this.#version++
    return isKnown
  }
}

function full(): LogError {
  const message = `This node keeps ${POLICIES_MAX} retention policies at most. Remove one first.`
  return new LogError('LOG_POLICIES_FULL', message, { limit: POLICIES_MAX })
}
