import { describe, expect, test } from 'vitest'
import { violationsOf } from '../../scripts/check-layers.ts'
import { readFiles } from '../../scripts/source-files.ts'

/** What the check says of one file with this text. Its neighbours need not exist. */
function violations(path: string, text: string, others: Record<string, string> = {}): string[] {
  return violationsOf(new Map([[path, text], ...Object.entries(others)]))
}

test('the source tree keeps to its layers', () => {
  expect(violationsOf(readFiles('src/**/*.ts', 'src/**/*.tsx', 'src/**/*.js'))).toEqual([])
})

describe('direction', () => {
  test.each([
    ['util', 'feed', 'util (L0) may not import feed (L1)'],
    ['feed', 'content', 'feed (L1) may not import content (L1)'],
    ['feed', 'log', 'feed (L1) may not import log (L2)'],
    ['content', 'log', 'content (L1) may not import log (L2)'],
    ['log', 'store', 'log (L2) may not import store (L3)'],
    ['projections', 'store', 'projections (L3) may not import store (L3)'],
    ['projections', 'network', 'projections (L3) may not import network (L3)'],
    ['network', 'store', 'network (L3) may not import store (L3)'],
    ['network', 'projections', 'network (L3) may not import projections (L3)'],
    ['store', 'api', 'store (L3) may not import api (L4)'],
    ['api', 'store', 'api (L4) may not import store (L3)'],
    ['api', 'hooks', 'api (L4) may not import hooks (L4)'],
    ['hooks', 'api', 'hooks (L4) may not import api (L4)'],
    ['api', 'config', 'api (L4) may not import config (L5)'],
  ])('%s may not import %s', (from, to, rule) => {
    expect(violations(`src/${from}/a.ts`, `import { b } from '../${to}/index.ts'\n`)).toEqual([
      `src/${from}/a.ts:1 imports ../${to}/index.ts: ${rule}`,
    ])
  })

  test.each([
    ['content', 'feed'],
    ['log', 'feed'],
    ['log', 'content'],
    ['store', 'log'],
    ['projections', 'log'],
    ['network', 'feed'],
    ['api', 'network'],
    ['hooks', 'projections'],
    ['cli', 'config'],
    ['config', 'network'],
  ])('%s may import %s', (from, to) => {
    expect(violations(`src/${from}/a.ts`, `import { b } from '../${to}/index.ts'\n`)).toEqual([])
  })

  test('nothing is below logger.ts', () => {
    expect(violations('src/logger.ts', "import { a } from './util/index.ts'")).toEqual([
      'src/logger.ts:1 imports ./util/index.ts: logger.ts (L0) may not import util (L0)',
    ])
  })

  test.each(['egregore.ts', 'index.ts'])('nobody below the top imports %s', (top) => {
    expect(violations('src/api/a.ts', `import { a } from '../${top}'`)).toEqual([
      `src/api/a.ts:1 imports ../${top}: api (L4) may not import ${top} (L5)`,
    ])
    expect(violations('src/cli/a.ts', `import { a } from '../${top}'`)).toEqual([])
  })

  test.each(['projections', 'network', 'hooks'])('store imports types from %s, and nothing else', (neighbour) => {
    const path = `../${neighbour}/index.ts`
    expect(violations('src/store/a.ts', `import type { A } from '${path}'`)).toEqual([])
    for (const valueImport of [`import { type A } from '${path}'`, `export { a } from '${path}'`, `import '${path}'`]) {
      expect(violations('src/store/a.ts', valueImport)).toEqual([
        `src/store/a.ts:1 imports ${path}: store may only \`import type\` from ${neighbour}`,
      ])
    }
  })

  test('a type import needs the right direction elsewhere', () => {
    expect(violations('src/network/a.ts', "import type { A } from '../store/index.ts'")).toHaveLength(1)
  })

  test('a folder without a row in the table is refused, as importer and as target', () => {
    expect(violations('src/misc/a.ts', "import { b } from './b.ts'")).toEqual([
      'src/misc/a.ts:1 imports ./b.ts: src/misc stands in no layer; give it a row in scripts/check-layers.ts',
    ])
    expect(violations('src/log/a.ts', "import { b } from '../misc/index.ts'")).toEqual([
      'src/log/a.ts:1 imports ../misc/index.ts: log (L2) may not import misc (no layer)',
    ])
  })

  test('code outside src is not imported; a data file may be read', () => {
    expect(violations('src/cli/a.ts', "import { a } from '../../scripts/a.ts'")).toEqual([
      'src/cli/a.ts:1 imports ../../scripts/a.ts: code in src/ stands alone',
    ])
    expect(violations('src/cli/a.ts', "new URL('../../package.json', import.meta.url)")).toEqual([])
  })
})

describe('faces', () => {
  test('a top-level folder is entered only through its index.ts', () => {
    expect(violations('src/log/a.ts', "import { b } from '../feed/seal.ts'")).toEqual([
      'src/log/a.ts:1 imports ../feed/seal.ts: src/feed is entered only through src/feed/index.ts',
    ])
  })

  test('the highest layer has no other door', () => {
    expect(violations('src/egregore.ts', "import { b } from './network/peers/index.ts'")).toEqual([
      'src/egregore.ts:1 imports ./network/peers/index.ts: src/network is entered only through src/network/index.ts',
    ])
  })

  test.each(['capability', 'replicate', 'peers'])('network/%s is entered only through its own index.ts', (folder) => {
    expect(violations('src/network/node.ts', `import { b } from './${folder}/b.ts'`)).toEqual([
      `src/network/node.ts:1 imports ./${folder}/b.ts: src/network/${folder} is entered only through src/network/${folder}/index.ts`,
    ])
    expect(violations('src/network/node.ts', `import { b } from './${folder}/index.ts'`)).toEqual([])
  })

  test('sub-folders of network enter each other the same way', () => {
    expect(violations('src/network/peers/a.ts', "import { b } from '../replicate/b.ts'")).toHaveLength(1)
    expect(violations('src/network/peers/a.ts', "import { b } from '../replicate/index.ts'")).toEqual([])
  })

  test('elsewhere a sub-folder has a face when it has an index.ts', () => {
    const importsDeep = "import { b } from './routes/feed.ts'"
    expect(violations('src/api/server.ts', importsDeep)).toEqual([])
    expect(violations('src/api/server.ts', importsDeep, { 'src/api/routes/index.ts': '' })).toHaveLength(1)
  })

  test('inside a folder every file is open, also to its sub-folders', () => {
    expect(violations('src/feed/a.ts', "import { b } from './b.ts'")).toEqual([])
    expect(violations('src/network/peers/a.ts', "import { b } from '../constants.ts'")).toEqual([])
  })
})

describe('what counts as an import', () => {
  test.each([
    ['a side effect', "import '../store/index.ts'"],
    ['a default', "import store from '../store/index.ts'"],
    ['a default and names', "import store, { a as b } from '../store/index.ts'"],
    ['a namespace', "import * as store from '../store/index.ts'"],
    ['a re-export', "export { a } from '../store/index.ts'"],
    ['a re-export of everything', "export * from '../store/index.ts'"],
    ['a re-export of types', "export type { A } from '../store/index.ts'"],
    ['a dynamic import', "const store = await import('../store/index.ts')"],
    ['a type in place', "let store: import('../store/index.ts').Store"],
    ['double quotes', 'import { a } from "../store/index.ts"'],
    ['a worker', "new Worker(new URL('../store/index.ts', import.meta.url))"],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a template
    ['a worker with the extension of the running file', 'new URL(`../store/index.${extension}`, import.meta.url)'],
  ])('%s does', (_, text) => {
    expect(violations('src/log/a.ts', text)).toHaveLength(1)
  })

  test.each([
    ['a package', "import { Hono } from 'hono'"],
    ["one of Node's modules", "import { join } from 'node:path'"],
    ['a comment', "// import { a } from '../store/index.ts'"],
    ['an example', "/**\n * @example\nimport { a } from '../store/index.ts'\n */"],
    ['a string', "const path = '../store/index.ts'"],
    ['a URL of something else', "new URL('../store/index.ts', base)"],
  ])('%s does not', (_, text) => {
    expect(violations('src/log/a.ts', text)).toEqual([])
  })

  test('an import over several lines is told by its first, and each of several is told', () => {
    const text = [
      "import { join } from 'node:path'",
      '// The store.',
      'import {',
      '  a,',
      "} from '../store/index.ts'",
      "export { b } from '../api/index.ts'",
    ].join('\n')
    expect(violations('src/log/a.ts', text).map((line) => line.split(' ')[0])).toEqual([
      'src/log/a.ts:3',
      'src/log/a.ts:6',
    ])
  })

  test('a worker of its own folder, with the extension of the running file, is no violation', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a template
    expect(violations('src/store/reader.ts', 'new URL(`./worker.${extension}`, import.meta.url)')).toEqual([])
  })
})
