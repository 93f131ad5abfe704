// How far long work has come, on stderr: redrawn on a terminal, a line now and then elsewhere, nothing for whoever wants quiet.

import { cut } from './output.ts'

/** A terminal is redrawn as often as eyes follow. */
const REDRAW_MS = 100

/** A log of a script needs no more than this. */
const LINE_MS = 10_000

/** Columns of a terminal that does not say. */
const WIDTH_DEFAULT = 80

/** Where progress is shown. */
export interface ProgressInit {
  /** Neither wanted by `--quiet` nor by a script that reads `--json`. */
  isQuiet: boolean
  /** @default process.stderr */
  stream?: Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>
  /** Milliseconds, from anywhere. */
  clock?: () => number
}

/** Shows lines for as long as work is under way. */
export class Progress {
  readonly #init: Required<ProgressInit>
  readonly #startedAt: number
  #shownAt: number
  #drawn: readonly string[] = []

  constructor({ isQuiet, stream = process.stderr, clock = () => performance.now() }: ProgressInit) {
    this.#init = { isQuiet, stream, clock }
    this.#startedAt = clock()
    this.#shownAt = stream.isTTY ? Number.NEGATIVE_INFINITY : this.#startedAt
  }

  /** @param lines - made only when they are shown */
  show(lines: () => readonly string[]): void {
    const { isQuiet, stream, clock } = this.#init
    const now = clock()
    if (isQuiet || now - this.#shownAt < (stream.isTTY ? REDRAW_MS : LINE_MS)) return
    this.#shownAt = now
    const text = lines()
    if (stream.isTTY) this.#draw(text)
    else for (const line of text) stream.write(`${line}\n`)
  }

  /** Since it began. */
  rateOf(done: number): number {
    const seconds = (this.#init.clock() - this.#startedAt) / 1000
    return seconds > 0 ? done / seconds : 0
  }

  /** What else is to be read on the same terminal, as a line of a log that comes meanwhile: it stays, above what is drawn. */
  write(text: string): void {
    const lines = this.#drawn
    this.end()
    this.#init.stream.write(text)
    if (lines.length > 0) this.#draw(lines)
  }

  /** Leaves nothing behind on a terminal. */
  end(): void {
    if (this.#drawn.length > 0) this.#draw([])
  }

  /** Over what was drawn before. */
  #draw(lines: readonly string[]): void {
    const { stream } = this.#init
    const width = (stream.columns ?? WIDTH_DEFAULT) - 1
    const up = this.#drawn.length > 0 ? `\u001b[${this.#drawn.length}A` : ''
    stream.write(`${up}\u001b[J${lines.map((line) => `${cut(line, width)}\n`).join('')}`)
    this.#drawn = lines
  }
}

/** What is said of some work. */
export interface Advance {
  done: number
  /** Absent where nobody knows. */
  total?: number | undefined
  /** A second. */
  rate: number
  notes?: readonly string[]
}

/** `1,240/1,310, 70 left, 35/s, LAN` */
export function advanceText({ done, total, rate, notes = [] }: Advance): string {
  const of = total === undefined ? count(done) : `${count(done)}/${count(total)}`
  const left = total === undefined ? [] : [`${count(Math.max(0, total - done))} left`]
  return [of, ...left, `${count(Math.round(rate))}/s`, ...notes].join(', ')
}

/** A bar of a share of the whole, before the text on a terminal. */
export function bar(done: number, total: number): string {
  const filled = total === 0 ? BAR_WIDTH : Math.min(BAR_WIDTH, Math.floor((done / total) * BAR_WIDTH))
  return `[${'#'.repeat(filled)}${'-'.repeat(BAR_WIDTH - filled)}]`
}

const BAR_WIDTH = 20

function count(value: number): string {
  return value.toLocaleString('en')
}
