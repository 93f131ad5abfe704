// What this node and the agents on it say of themselves. Each word holds for as long as whoever said it asked for; time is an argument.

import { AGENTS_MAX } from './constants.ts'
import type { Beat, Statement } from './payload.ts'

/** What is said without anything better to say. */
const ONLINE: Statement = { status: 'online' }

/** The node's own, beside the names of agents. */
const NODE = ''

interface Said {
  statement: Statement
  until: number
}

export class OwnStatements {
  readonly #said = new Map<string, Said>()
  #lastTime = 0

  /** @param agent - undefined for the node itself */
  say(agent: string | undefined, statement: Statement, until: number): void {
    const name = agent ?? NODE
    this.#said.delete(name)
    this.#said.set(name, { statement, until })
    const [first] = [...this.#said.keys()].filter((other) => other !== NODE)
    // Who spoke longest ago makes room.
    if (first !== undefined && this.#said.size - (this.#said.has(NODE) ? 1 : 0) > AGENTS_MAX) this.#said.delete(first)
  }

  /** What is said now. Each has a later time than the one before, whatever the clock does. */
  beat(now: number): Beat {
    const { node, agents } = this.at(now)
    return { time: this.#nextTime(now), node, agents }
  }

  /** The last thing that is said. */
  farewell(now: number): Beat {
    return { time: this.#nextTime(now), node: undefined, agents: new Map() }
  }

  at(now: number): { node: Statement; agents: Map<string, Statement> } {
    for (const [name, { until }] of this.#said) if (until <= now) this.#said.delete(name)
    const said = new Map([...this.#said].map(([name, { statement }]) => [name, statement]))
    const node = said.get(NODE) ?? ONLINE
    said.delete(NODE)
    return { node, agents: said }
  }

  #nextTime(now: number): number {
    this.#lastTime = Math.max(now, this.#lastTime + 1)
    return this.#lastTime
  }
}
