import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { ClosingLineReporter } from './test/support/closing-line-reporter.ts'

// Where nodes keep theirs (src/cli/bin.js). Tests start worker threads by the hundred, and each would strip and compile its modules anew.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'node-compile-cache')

export default defineConfig({
  test: {
    environment: 'node',
    include: ['test/**/*.test.ts'],
    watch: false,
    // libp2p, SQLite and child processes are real here: a slow machine gets time, a hang still ends.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Processes, because native add-ons and workers live in the tests. Machines of CI have two cores, and tests of whole nodes wait as much as they work.
    pool: 'forks',
    maxWorkers: 3,
    // A process takes one file after the other and loads libp2p once, for no module of ours keeps anything. What a test bends (a clock, the environment) it bends back.
    isolate: false,
    reporters: ['default', new ClosingLineReporter()],
  },
})
