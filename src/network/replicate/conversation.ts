// Runs a state machine over a stream: bytes become its facts, its requests become bytes and questions. The only place where replication
// meets time and promises.

import { Uint8ArrayList } from 'uint8arraylist'
import { CLOSE_MS } from './constants.ts'
import { ReplicateError } from './errors.ts'
import { decodeFrame } from './frames/decode-frame.ts'
import { FrameSplitter } from './frames/frame-splitter.ts'
import { isStreamRequest } from './machine.ts'
import { pause } from './peer-shares.ts'
import { Slices } from './slices.ts'
import { countIn, countOut } from './traffic.ts'
import type { Machine, StreamFact, StreamRequest } from './machine.ts'
import type { PeerShares } from './peer-shares.ts'
import type { Traffic } from './traffic.ts'
import type { Wire } from './wire.ts'

export interface ConversationInit<Fact, Request> {
  wire: Wire
  machine: Machine<Fact, Request>
  /** What is said first. */
  opening: readonly (Request | StreamRequest)[]
  /** Does what a request asks for. What it resolves with is the machine's next fact; waiting ends when the signal aborts. */
  answer: (request: Request, signal: AbortSignal) => Promise<Fact | undefined>
  /** What the other side may still take of us. */
  shares: PeerShares
  clock: () => number
  /** Where the bytes of frames are counted. */
  traffic: Traffic
  /** Ends the conversation in order. */
  signal: AbortSignal
}

/** The longest time that setTimeout takes. */
const TIMER_MS_MAX = 0x7fff_ffff

/** One stream, from its first byte to its end. */
export class Conversation<Fact, Request extends { type: string }> {
  readonly #init: ConversationInit<Fact, Request>
  readonly #splitter = new FrameSplitter()
  readonly #slices = new Slices()
  /** Settles when the machine is finished or has failed, or when we stop. */
  readonly #over = Promise.withResolvers<void>()
  /** Requests not answered yet. */
  readonly #asking = new Set<Promise<void>>()
  #unsent = new Uint8ArrayList()
  #timer: NodeJS.Timeout | undefined
  #timerDue = Number.POSITIVE_INFINITY
  readonly #ending = new AbortController()

  constructor(init: ConversationInit<Fact, Request>) {
    this.#init = init
  }

  /**
   * Runs until the stream is at its end on both sides and everything that came is taken in.
   *
   * @throws ReplicateError
   */
  async run(): Promise<void> {
    const { signal, wire, opening } = this.#init
    const stop = () => this.#over.resolve()
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    this.#carryOut(opening)
    this.#setTimer()
    const reading = this.#read()
    try {
      await Promise.race([reading, this.#over.promise])
      await this.#end()
      await this.#hangUp(reading)
    } catch (error) {
      const failure = asReplicateError(error)
      wire.abort(failure)
      await this.#end().catch(ignore)
      throw failure
    } finally {
      signal.removeEventListener('abort', stop)
      clearTimeout(this.#timer)
    }
  }

  /** Tells the machine what became known elsewhere; once the end has come, nothing. */
  learn(fact: Fact): void {
    if (!this.#ending.signal.aborted) this.#tell(fact)
  }

  async #read(): Promise<void> {
    for await (const chunk of this.#init.wire.chunks) {
      if (this.#ending.signal.aborted) continue
      for (const { body, bytes } of this.#splitter.split(chunk)) {
        if (this.#ending.signal.aborted) break
        const frame = decodeFrame(body)
        countIn(this.#init.traffic, frame.kind, bytes)
        this.#tell({ type: 'received', frame, bytes })
        // A chunk may hold thousands of frames.
        await this.#slices.pause()
        const waitMs = this.#init.shares.frameCame(frame.kind, bytes, this.#init.clock())
        if (waitMs > 0) await pause(waitMs, this.#ending.signal)
      }
    }
    if (!this.#splitter.isBetweenFrames) throw lost('The stream ended inside a frame.')
  }

  #tell(fact: Fact | StreamFact): void {
    const { machine, clock } = this.#init
    this.#carryOut(machine.step(fact, clock()))
    this.#setTimer()
  }

  #carryOut(requests: readonly (Request | StreamRequest)[]): void {
    for (const request of requests) {
      if (!isStreamRequest(request)) this.#ask(request)
      else if (request.type === 'send') this.#send(request.kind, request.bytes)
      else if (request.type === 'finish') this.#over.resolve()
      else this.#over.reject(request.error)
    }
  }

  #ask(request: Request): void {
    const asking = this.#init
      .answer(request, this.#ending.signal)
      .then((fact) => {
        if (fact !== undefined) this.#tell(fact)
      })
      .catch((error: unknown) => this.#over.reject(asOurFailure(error)))
      .finally(() => this.#asking.delete(asking))
    this.#asking.add(asking)
  }

  /** Frames said in one go leave in one piece. */
  #send(kind: Parameters<typeof countOut>[1], bytes: Uint8Array): void {
    countOut(this.#init.traffic, kind, bytes.length)
    if (this.#unsent.length === 0) queueMicrotask(() => this.#flush())
    this.#unsent.append(bytes)
  }

  #flush(): void {
    const unsent = this.#unsent
    this.#unsent = new Uint8ArrayList()
    try {
      if (unsent.length > 0) this.#init.wire.send(unsent)
    } catch (cause) {
      this.#over.reject(cause instanceof ReplicateError ? cause : lost('The stream takes nothing more.', cause))
    }
  }

  /** Lets what came be taken in, and the machine say its last. */
  async #end(): Promise<void> {
    this.#ending.abort()
    await Promise.allSettled(this.#asking)
    this.#tell({ type: 'ended' })
    await Promise.allSettled(this.#asking)
    this.#over.resolve()
    await this.#over.promise
  }

  /** Closes our side and waits for the other, but not for ever. */
  async #hangUp(reading: Promise<void>): Promise<void> {
    const { wire } = this.#init
    this.#flush()
    const reset = () => wire.abort(lost('The other side does not close.'))
    const impatient = setTimeout(reset, CLOSE_MS)
    impatient.unref()
    await wire
      .close()
      .then(() => reading)
      .catch(reset)
    clearTimeout(impatient)
  }

  #setTimer(): void {
    const { machine, clock } = this.#init
    if (machine.deadline >= this.#timerDue) return
    clearTimeout(this.#timer)
    this.#timerDue = machine.deadline
    const ms = Math.min(TIMER_MS_MAX, Math.max(0, machine.deadline - clock()))
    this.#timer = setTimeout(() => {
      this.#timerDue = Number.POSITIVE_INFINITY
      if (clock() >= machine.deadline) this.#tell({ type: 'timePassed' })
      else this.#setTimer()
    }, ms)
    this.#timer.unref()
  }
}

function asReplicateError(error: unknown): ReplicateError {
  if (error instanceof ReplicateError) return error
  return lost('The stream was lost.', error)
}

function asOurFailure(error: unknown): ReplicateError {
  if (error instanceof ReplicateError) return error
  return new ReplicateError('REPLICATE_FAILED', 'Our own log or store failed.', {}, { cause: error })
}

function lost(what: string, cause?: unknown): ReplicateError {
  return new ReplicateError('REPLICATE_STREAM_LOST', what, {}, { cause })
}

function ignore(): void {}
