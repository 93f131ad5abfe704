// The layers of src/, checked: each import is looked up in the table, and a folder is entered only through its index.ts.
// It reads text, not syntax: static imports and exports at the start of a line, `import('…')`, and worker URLs.

import { posix } from 'node:path'
import { lineAt, readFiles, report, withoutComments } from './source-files.ts'

interface Unit {
  layer: number
  mayImport: readonly string[] | 'everything'
  mayImportTypes?: readonly string[]
}

const L0 = ['util', 'logger.ts']
const L2_AND_BELOW = ['log', 'feed', 'content', ...L0]
const L4 = { layer: 4, mayImport: ['projections', 'network', 'memory', ...L2_AND_BELOW] }
const L5: Unit = { layer: 5, mayImport: 'everything' }

/** The folders and files directly in src/. What stands in no row of this table has no place yet. */
const UNITS: Readonly<Record<string, Unit>> = {
  util: { layer: 0, mayImport: [] },
  'logger.ts': { layer: 0, mayImport: [] },
  feed: { layer: 1, mayImport: L0 },
  content: { layer: 1, mayImport: ['feed', ...L0] },
  log: { layer: 2, mayImport: ['feed', 'content', ...L0] },
  // The store implements interfaces that its neighbours declare: it knows their types, never their code.
  store: { layer: 3, mayImport: L2_AND_BELOW, mayImportTypes: ['projections', 'network', 'hooks', 'memory'] },
  projections: { layer: 3, mayImport: L2_AND_BELOW },
  network: { layer: 3, mayImport: L2_AND_BELOW },
  // Stands on the log and on what is folded from it, below whoever asks.
  memory: { layer: 3, mayImport: ['projections', ...L2_AND_BELOW] },
  api: L4,
  hooks: L4,
  // A program of its own, wherever it runs: it has the types of the API, and none of its code.
  client: { layer: 4, mayImport: [], mayImportTypes: ['api'] },
  cli: L5,
  config: L5,
  'data-directory.ts': { layer: 0, mayImport: [] },
  'egregore.ts': L5,
  'folding-thread.ts': L5,
  'index.ts': L5,
  parts: L5,
  'verifying-thread.ts': L5,
}

/** Folders whose sub-folders have faces of their own, written or not yet. Elsewhere an index.ts makes a face. */
const FOLDERS_OF_FACES = ['network']

/**
 * What breaks a rule in these files, one line each: `file:line imports target: rule`.
 *
 * @param files path relative to the repository (`src/feed/seal.ts`) → text
 */
export function violationsOf(files: ReadonlyMap<string, string>): string[] {
  const importers = [...files].filter(([path]) => path.startsWith('src/'))
  return importers.flatMap(([path, text]) =>
    importsOf(text).flatMap(({ line, specifier, typeOnly }) => {
      const target = posix.join(posix.dirname(path), specifier)
      const rule = directionBroken(path, target, typeOnly) ?? doorMissed(path, target, files)
      return rule === undefined ? [] : [`${path}:${line} imports ${specifier}: ${rule}`]
    }),
  )
}

interface Import {
  line: number
  specifier: string
  typeOnly: boolean
}

const STATIC = /^(?:import|export)\s+(type\s+)?(?:[\w$*,\s]*(?:\{[^{}]*\})?\s*from\s*)?(['"])(\.[^'"]*)\2/gm
const DYNAMIC = /()\bimport\(\s*(['"`])(\.[^'"`]*)\2/g
const WORKER = /()\bnew URL\(\s*(['"`])(\.[^'"`]*)\2\s*,\s*import\.meta\.url/g

function importsOf(text: string): Import[] {
  const code = withoutComments(text)
  const found = [STATIC, DYNAMIC, WORKER].flatMap((form) => [...code.matchAll(form)])
  return found.map((match) => ({
    line: lineAt(code, match.index),
    specifier: match[3] ?? '',
    typeOnly: match[1] !== undefined && match[1] !== '',
  }))
}

function directionBroken(path: string, target: string, typeOnly: boolean): string | undefined {
  const [from, to] = [unitOf(path), unitOf(target)]
  const importer = UNITS[from]
  if (importer === undefined) return `src/${from} stands in no layer; give it a row in scripts/check-layers.ts`
  if (!target.startsWith('src/')) return /\.[jt]sx?$/.test(target) ? 'code in src/ stands alone' : undefined
  if (from === to || importer.mayImport === 'everything') return undefined
  if (importer.mayImport.includes(to)) return undefined
  if (importer.mayImportTypes?.includes(to)) {
    return typeOnly ? undefined : `${from} may only \`import type\` from ${to}`
  }
  return `${withLayer(from)} may not import ${withLayer(to)}`
}

function doorMissed(path: string, target: string, files: ReadonlyMap<string, string>): string | undefined {
  if (!target.startsWith('src/')) return undefined
  const entered = foldersAbove(target).filter((folder) => !path.startsWith(`${folder}/`))
  const closed = entered.find((folder) => hasFace(folder, files) && !isFaceOf(target, folder))
  return closed && `${closed} is entered only through ${closed}/index.ts`
}

/** `src/network/peers` of `src/network/peers/dial.ts`, after `src/network`; src itself is no such folder. */
function foldersAbove(path: string): string[] {
  const parts = path.split('/')
  return parts.slice(1, -1).map((_, at) => parts.slice(0, at + 2).join('/'))
}

function hasFace(folder: string, files: ReadonlyMap<string, string>): boolean {
  const parent = posix.dirname(folder)
  return parent === 'src' || FOLDERS_OF_FACES.includes(posix.basename(parent)) || files.has(`${folder}/index.ts`)
}

/** The extension may be a template's: a worker's URL takes that of the running file. */
function isFaceOf(target: string, folder: string): boolean {
  return target === `${folder}/index.ts` || target.startsWith(`${folder}/index.\${`)
}

function unitOf(path: string): string {
  return path.split('/')[1] ?? ''
}

function withLayer(unit: string): string {
  const layer = UNITS[unit]?.layer
  return layer === undefined ? `${unit} (no layer)` : `${unit} (L${layer})`
}

if (import.meta.main) {
  const files = readFiles('src/**/*.ts', 'src/**/*.tsx', 'src/**/*.js')
  report(violationsOf(files), `${files.size} files keep to their layers`)
}
