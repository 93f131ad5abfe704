// What comes next: a binary heap, in which of two at the same time the one that was put in first comes out first.

export interface Due<T> {
  time: number
  order: number
  what: T
}

export class Heap<T> {
  readonly #due: Due<T>[] = []
  #order = 0

  get first(): Due<T> | undefined {
    return this.#due[0]
  }

  put(time: number, what: T): void {
    const due = { time, order: this.#order++, what }
    const heap = this.#due
    let at = heap.length
    heap.push(due)
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = heap[parent]
      if (above === undefined || isBefore(above, due)) break
      heap[at] = above
      at = parent
    }
    heap[at] = due
  }

  take(): Due<T> | undefined {
    const heap = this.#due
    const first = heap[0]
    const last = heap.pop()
    if (last !== undefined && heap.length > 0) this.#sink(last)
    return first
  }

  /** Puts it in at the top, and lets it sink to its place. */
  #sink(due: Due<T>): void {
    const heap = this.#due
    let at = 0
    for (;;) {
      const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]]
      if (left === undefined) break
      const isRight = right !== undefined && isBefore(right, left)
      const child = isRight ? right : left
      if (isBefore(due, child)) break
      heap[at] = child
      at = 2 * at + (isRight ? 2 : 1)
    }
    heap[at] = due
  }
}

function isBefore(left: Due<unknown>, right: Due<unknown>): boolean {
  return left.time < right.time || (left.time === right.time && left.order < right.order)
}
