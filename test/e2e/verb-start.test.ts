// What a verb waits for before it says anything is mostly the loading of modules. A test cannot hold a time; it can hold what is loaded.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runVerb, sharedNode, startNode } from '../support/node-process.ts'
import { temporaryDirectory } from '../support/temporary.ts'

const PRELOAD = new URL('../support/loaded-modules.ts', import.meta.url).href

/** Small ones: they take some milliseconds together. */
const PACKAGES = ['commander', 'eventsource-parser', 'fast-string-truncated-width']

/** What tells of itself what it loaded, and where it does so when it ends. */
function telling() {
  const list = join(temporaryDirectory(), 'modules')
  const environment = { NODE_OPTIONS: `--import=${PRELOAD}`, LOADED_MODULES: list }
  return { environment, loaded: () => readFileSync(list, 'utf8').split('\n') }
}

async function loadedBy(args: readonly string[]): Promise<string[]> {
  const { environment, loaded } = telling()
  expect(await runVerb(args, environment)).toMatchObject({ exitCode: 0, stderr: '' })
  return loaded()
}

const node = sharedNode('--offline')

test.each([['status'], ['feed'], ['peers'], ['follow'], ['publish', 'hello']])(
  '%s loads neither settings, network and store, nor what Node needs for fetch',
  async (...verb) => {
    const { dataDir } = node()
    const loaded = await loadedBy([...verb, '--data-dir', dataDir])
    const packages = loaded.map((url) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1])
    expect(new Set(packages.filter((name) => name !== undefined))).toEqual(new Set(PACKAGES))
    const folders = loaded.map((url) => /\/src\/([^/]+)\//.exec(url)?.[1])
    expect(new Set(folders.filter((name) => name !== undefined))).toEqual(new Set(['cli', 'client', 'util']))
    expect(loaded.filter((name) => name.includes('undici'))).toEqual([])
  },
)

test('a node without network loads nothing of libp2p, and one without terminal nothing that paints its log', async () => {
  const { environment, loaded } = telling()
  const node = await startNode({ flags: ['--offline'], environment })
  expect(await node.stop()).toBe(0)
  expect(loaded().filter((url) => /\/src\/network\/|libp2p|pino-pretty/.test(url))).toEqual([])
})
