// Runs a state machine of network/replicate over virtual time: what Conversation does over a real stream.

import { isStreamRequest } from '../../src/network/replicate/machine.ts'
import type { ReplicateError } from '../../src/network/replicate/errors.ts'
import type { Machine, Sending, StreamFact, StreamRequest } from '../../src/network/replicate/machine.ts'
import type { VirtualClock } from './virtual-clock.ts'

export interface StreamEndInit<Fact, Request> {
  machine: Machine<Fact, Request>
  clock: VirtualClock
  /** Does what a request asks for; the answer is told, now or later. */
  answer: (request: Request, tell: (fact: Fact) => void) => void
  send: (sending: Sending) => void
  /** The machine has finished, or failed. */
  over: (error: ReplicateError | undefined) => void
}

export class StreamEnd<Fact, Request extends { type: string }> {
  readonly #init: StreamEndInit<Fact, Request>
  #timerDue = Number.POSITIVE_INFINITY
  #isOver = false

  constructor(init: StreamEndInit<Fact, Request>) {
    this.#init = init
  }

  begin(opening: readonly (Request | StreamRequest)[]): void {
    this.#carryOut(opening)
    this.#setTimer()
  }

  tell(fact: Fact | StreamFact): void {
    if (this.#isOver) return
    const { machine, clock } = this.#init
    this.#carryOut(machine.step(fact, clock.now))
    this.#setTimer()
  }

  /** Nothing more comes, and nothing more is said. */
  end(): void {
    if (this.#isOver) return
    const { machine, clock } = this.#init
    const last = machine.step({ type: 'ended' }, clock.now)
    this.#isOver = true
    for (const request of last) if (!isStreamRequest(request)) this.#init.answer(request, () => {})
  }

  #carryOut(requests: readonly (Request | StreamRequest)[]): void {
    for (const request of requests) {
      if (this.#isOver) return
      if (!isStreamRequest(request)) this.#init.answer(request, (fact) => this.tell(fact))
      else if (request.type === 'send') this.#init.send(request)
      else {
        this.end()
        this.#init.over(request.type === 'fail' ? request.error : undefined)
      }
    }
  }

  #setTimer(): void {
    const { machine, clock } = this.#init
    const { deadline } = machine
    if (this.#isOver || deadline >= this.#timerDue) return
    this.#timerDue = deadline
    clock.at(deadline, () => {
      if (this.#timerDue !== deadline) return
      this.#timerDue = Number.POSITIVE_INFINITY
      if (clock.now >= machine.deadline) this.tell({ type: 'timePassed' })
      else this.#setTimer()
    })
  }
}
