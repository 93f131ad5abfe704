// Spec first, checked: every protocol id in src/ has its folder in protocols/, with a spec, vectors, and a test that reads
// them; and every such folder is whole, also those of formats that are no stream of their own, such as message/1 and content/insight/1.

import { lineAt, pathsOf, readFiles, report, withoutComments } from './source-files.ts'

/** What the check looks at. Paths are relative to the repository. */
export interface ProtocolFiles {
  /** Path → text of the code under src/. */
  source: ReadonlyMap<string, string>
  /** Path → text of the code under test/. */
  tests: ReadonlyMap<string, string>
  /** Paths under protocols/. */
  protocols: readonly string[]
}

interface Protocol {
  /** `replicate/1` */
  name: string
  /** Where it was met first: `src/network/replicate/constants.ts:7`, or its folder. */
  seen: string
}

/** What is missing, one line each. */
export function faultsOf({ source, tests, protocols }: ProtocolFiles): string[] {
  const ids = [...source].flatMap(([path, text]) => idsIn(path, text))
  const unreadable = ids.filter(({ name }) => name.includes('$'))
  const named = [...ids.filter(({ name }) => !name.includes('$')), ...foldersIn(protocols)]
  const once = [...new Map(named.toReversed().map((protocol) => [protocol.name, protocol])).values()].toReversed()
  return [
    ...unreadable.map(
      ({ seen }) => `${seen}: write the name and version of a protocol id out, so that it can be found`,
    ),
    ...once.flatMap((protocol) => missingOf(protocol, protocols, tests)),
  ]
}

/** `/egregore/replicate/1`, or in a template with the network's discriminator `/egregore/${discriminator}/kad/1.0.0`. */
const ID = /(['"`])\/egregore\/((?:\$\{[^}]*\}|[^'"`\s$])+)\1/g
const NAME = /^(?:content\/)?[a-z][a-z0-9_-]*\/\d+(?:\.\d+)*$/

/** What is spoken under another name than that of its folder. */
const FOLDERS: Readonly<Record<string, string>> = { 'feed/1': 'gossip/1' }

/** The last two segments of each id: what stands before them says which network, not which protocol. */
function idsIn(path: string, text: string): Protocol[] {
  const code = withoutComments(text)
  const found = [...code.matchAll(ID)].map((match) => ({
    name: folderOf((match[2] ?? '').split('/').slice(-2).join('/')),
    seen: `${path}:${lineAt(code, match.index)}`,
  }))
  return found.filter(({ name }) => NAME.test(name) || name.includes('$'))
}

function folderOf(name: string): string {
  return FOLDERS[name] ?? name
}

/** Types of content have a folder of folders of their own. */
const CONTENT = 'content/'

function foldersIn(protocols: readonly string[]): Protocol[] {
  const names = protocols.map((path) => {
    const steps = path.split('/').slice(1)
    return steps.slice(0, path.startsWith(`protocols/${CONTENT}`) ? 3 : 2).join('/')
  })
  return names.filter((name) => NAME.test(name)).map((name) => ({ name, seen: `protocols/${name}` }))
}

function missingOf({ name, seen }: Protocol, protocols: readonly string[], tests: ProtocolFiles['tests']): string[] {
  const folder = `protocols/${name}`
  const missing: string[] = []
  if (!protocols.includes(`${folder}/spec.md`)) missing.push(`${folder}/spec.md`)
  if (!protocols.some((path) => path.startsWith(`${folder}/vectors/`))) missing.push(`a file in ${folder}/vectors/`)
  if (name.startsWith(CONTENT) && !protocols.includes(`${folder}/schema.json`)) missing.push(`${folder}/schema.json`)
  if (![...tests.values()].some((text) => mentions(text, name))) {
    missing.push(`a test that names ${folder} or /egregore/${name}`)
  }
  return missing.map((what) => `${seen}: ${what} is missing`)
}

/** Whether the folder or the id is named whole: `replicate/1`, not `replicate/10` or `replicate/1.1`. */
function mentions(test: string, name: string): boolean {
  return new RegExp(`(?:protocols|/egregore)/${name.replaceAll('.', '\\.')}(?!\\.?\\w)`).test(test)
}

if (import.meta.main) {
  const protocols = pathsOf('protocols/**/*')
  const source = readFiles('src/**/*.ts', 'src/**/*.tsx', 'src/**/*.js')
  const tests = new Map([...readFiles('test/**/*.ts')].filter(([path]) => !path.startsWith('test/scripts/')))
  const count = new Set(foldersIn(protocols).map(({ name }) => name)).size
  report(faultsOf({ source, tests, protocols }), `${count} protocols have spec, vectors and test`)
}
