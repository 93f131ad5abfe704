// What a verb waits for before it says anything is mostly the loading of modules. A test cannot hold a time; it can hold what is loaded.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runVerb, startNode } from '../support/node-process.ts'
import { temporaryDirectory } from '../support/temporary.ts'

const PRELOAD = new URL('../support/loaded-modules.ts', import.meta.url).href

/** Small ones: they take some milliseconds together. */
const PACKAGES = ['commander', 'eventsource-parser', 'fast-string-truncated-width']

async function loadedBy(args: readonly string[]): Promise<string[]> {
  const list = join(temporaryDirectory(), 'modules')
  const ended = await runVerb(args, { NODE_OPTIONS: `--import=${PRELOAD}`, LOADED_MODULES: list })
  expect(ended).toMatchObject({ exitCode: 0, stderr: '' })
  return readFileSync(list, 'utf8').split('\n')
}

test.each([['status'], ['feed'], ['peers'], ['follow'], ['publish', 'hello']])(
  '%s loads neither settings, network and store, nor what Node needs for fetch',
  async (...verb) => {
    const { dataDir } = await startNode({ flags: ['--offline'] })
    const loaded = await loadedBy([...verb, '--data-dir', dataDir])
    const packages = loaded.map((url) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1])
    expect(new Set(packages.filter((name) => name !== undefined))).toEqual(new Set(PACKAGES))
    const folders = loaded.map((url) => /\/src\/([^/]+)\//.exec(url)?.[1])
    expect(new Set(folders.filter((name) => name !== undefined))).toEqual(new Set(['cli', 'client', 'util']))
    expect(loaded.filter((name) => name.includes('undici'))).toEqual([])
  },
)
