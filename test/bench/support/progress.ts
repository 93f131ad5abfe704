// A line now and then about work that takes longer than two seconds.

const EVERY_MS = 2_000

/** Work that is under way. */
export interface Progress {
  /** How much is done by now. */
  reached(done: number): void
  end(): void
}

/** Says on stderr how far something has come, every two seconds until it ends. */
export function startProgress(what: string, total?: number): Progress {
  const startedAt = performance.now()
  let done = 0
  const timer = setInterval(() => {
    const seconds = Math.round((performance.now() - startedAt) / 1000)
    const count = total === undefined ? '' : ` ${done.toLocaleString('en')} of ${total.toLocaleString('en')},`
    process.stderr.write(`  … ${what}:${count} ${seconds} s\n`)
  }, EVERY_MS)
  return {
    reached: (now) => {
      done = now
    },
    end: () => clearInterval(timer),
  }
}
