// What every bench is given: its size, temporary places, and an end at which all it started is put away.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startProgress } from './progress.ts'
import type { Finding } from './finding.ts'

/** Measures one idea. */
export type Bench = (run: BenchRun) => Promise<Finding[]>

/** How to run. */
export interface BenchRunInit {
  /** Share of the full sizes; goals hold at 1. */
  scale: number
  /** Where processes leave CPU profiles. Absent: none are made, for they cost time. */
  profiles?: string | undefined
}

/** One bench under way. */
export class BenchRun {
  readonly profiles: string | undefined
  readonly #scale: number
  readonly #endings: (() => Promise<unknown> | unknown)[] = []

  constructor({ scale, profiles }: BenchRunInit) {
    this.#scale = scale
    this.profiles = profiles
  }

  /** A full size at this run's scale. */
  sized(full: number): number {
    return Math.max(1, Math.round(full * this.#scale))
  }

  /** To be called at the end, in reverse order; what was put away before may be put away again. */
  defer(ending: () => Promise<unknown> | unknown): void {
    this.#endings.push(ending)
  }

  /** An empty directory that lives as long as this bench. */
  temporaryDirectory(): string {
    const path = mkdtempSync(join(tmpdir(), 'egregore-bench-'))
    this.defer(() => rmSync(path, { recursive: true, force: true }))
    return path
  }

  /** Does work of a known amount and says how far it has come. */
  async following<T>(
    what: string,
    total: number | undefined,
    work: (reached: (done: number) => void) => Promise<T>,
  ): Promise<T> {
    const progress = startProgress(what, total)
    try {
      return await work(progress.reached)
    } finally {
      progress.end()
    }
  }

  async end(): Promise<void> {
    for (const ending of this.#endings.splice(0).reverse()) await ending()
  }
}
