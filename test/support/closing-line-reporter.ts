// The last line of a test run, for people and for CI: `tests: 312 passed, 0 failed, 0 skipped`.

import type { Reporter, SerializedError, TestModule } from 'vitest/node'

/** How a run ended. What fails outside a test (a file that does not load, a hook, a stray rejection) counts as failed. */
export interface Count {
  passed: number
  failed: number
  skipped: number
}

/**
 * Prints the count after everything else, also when the run breaks off, and fails a run that executed no test: a filter
 * that matches nothing, or a tree of skipped tests, is no success.
 */
export class ClosingLineReporter implements Reporter {
  #count: Count = { passed: 0, failed: 0, skipped: 0 }

  onInit(): void {
    process.once('exit', () => {
      if (this.#count.passed + this.#count.failed === 0) process.exitCode ||= 1
      process.stdout.write(`${closingLine(this.#count)}\n`)
    })
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    this.#count = countOf(modules, unhandledErrors)
  }
}

export function closingLine({ passed, failed, skipped }: Count): string {
  return `tests: ${passed} passed, ${failed} failed, ${skipped} skipped`
}

function countOf(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): Count {
  const states = modules.flatMap((module) => [...module.children.allTests()].map((test) => test.result().state))
  const suites = modules.flatMap((module) => [module, ...module.children.allSuites()])
  const passed = states.filter((state) => state === 'passed').length
  const skipped = states.filter((state) => state === 'skipped').length
  const brokenSuites = suites.filter((suite) => suite.errors().length > 0).length
  // A test still pending when the run ended did not pass.
  const failed = states.length - passed - skipped + brokenSuites + unhandledErrors.length
  return { passed, failed, skipped }
}
