// The settings of a YAML text, with their lines. The only file that knows YAML's nodes; loaded only where there is a text.

import { isCollection, isMap, isScalar, LineCounter, parseDocument } from 'yaml'
import { fateOf } from './former-keys.ts'
import { isNothing } from './layers.ts'
import { isSetting, keyOf } from './setting.ts'
import { ALL_SETTINGS, SETTINGS } from './settings.ts'
import { suggestionFor } from './suggestion.ts'
import type { Document, Node, Pair, YAMLMap } from 'yaml'
import type { Origin, Problem } from './errors.ts'
import type { Given, Layer } from './layers.ts'
import type { PlacedSetting, SettingTree } from './setting.ts'

/** A file's settings. */
export interface FileLayer extends Layer {
  /** Whether the text is YAML at all; otherwise nothing but the problems is known. */
  isYaml: boolean
  /** Keys of the original that mean nothing here: accepted, and named once to whoever starts the node. */
  withoutEffect: readonly string[]
}

/** Aliases may repeat what they name so often; a few bytes could otherwise unfold to gigabytes. */
const ALIASES_MAX = 100

/** Reads everything that can be read; what cannot is among the problems, all of it. */
export function yamlLayer(text: string, path: string): FileLayer {
  const lines = new LineCounter()
  const originAt = (offset: number): Origin => {
    const { line, col } = lines.linePos(offset)
    return { kind: 'file', path, line: Math.max(1, line), column: Math.max(1, col) }
  }
  let document: Document
  try {
    document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' })
  } catch (error) {
    // Whatever the parser itself stumbles over, such as a hundred thousand open brackets.
    const message = `this is no YAML that can be read: ${(error as Error).message}`
    return notYaml([{ origin: originAt(0), message }])
  }
  const broken = document.errors.map(({ pos, code, message }) => ({
    origin: originAt(pos[0]),
    message: OUR_WORDS[code] ?? message,
  }))
  if (broken.length > 0) return notYaml(broken)
  return new YamlReader(document, originAt).read()
}

/** For faults that the parser tells to programmers. */
const OUR_WORDS: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'this key stands a second time here: leave one of the two',
  TAB_AS_INDENT: 'lines are indented by spaces, and this one has a tab',
  MULTIPLE_DOCS: 'a second document begins here ("---"), and a configuration is one',
}

function notYaml(problems: readonly Problem[]): FileLayer {
  return { isYaml: false, values: new Map(), problems, withoutEffect: [] }
}

class YamlReader {
  readonly #document: Document
  readonly #originAt: (offset: number) => Origin
  readonly #values = new Map<string, Given>()
  readonly #problems: Problem[] = []
  readonly #withoutEffect: string[] = []

  constructor(document: Document, originAt: (offset: number) => Origin) {
    this.#document = document
    this.#originAt = originAt
  }

  read(): FileLayer {
    const { contents } = this.#document
    if (isMap(contents)) this.#readMap(contents, SETTINGS, [])
    else if (contents !== null && !(isScalar(contents) && contents.value === null)) {
      this.#problem(contents, undefined, 'expected lines such as "port: 7654"')
    }
    return { isYaml: true, values: this.#values, problems: this.#problems, withoutEffect: this.#withoutEffect }
  }

  #readMap(map: YAMLMap, tree: SettingTree, above: readonly string[]): void {
    for (const pair of map.items) this.#readPair(pair as Pair<Node, Node | null>, tree, above) // parseDocument makes nodes of all.
  }

  #readPair({ key: keyNode, value }: Pair<Node, Node | null>, tree: SettingTree, above: readonly string[]): void {
    const name = isScalar(keyNode) ? String(keyNode.value) : String(keyNode)
    const written = [...above, name].join('.')
    const path = Object.keys(tree).find((known) => keyOf([known]) === name)
    const node = path === undefined ? undefined : tree[path]
    if (node !== undefined && path !== undefined) {
      if (isSetting(node)) this.#take(keyOf([...above, path]), keyNode, value)
      else if (isMap(value)) this.#readMap(value, node, [...above, path])
      else if (!isEmpty(value)) {
        const names = Object.keys(node).map((below) => keyOf([below]))
        this.#problem(value, written, `expected a section with ${names.join(', ')}`)
      }
      return
    }
    this.#readFormer(written, keyNode, value, () => {
      const names = Object.keys(tree).map((known) => keyOf([known]))
      this.#problem(keyNode, written, `there is no such setting${suggestionFor(name, names)}`)
    })
  }

  #readFormer(written: string, keyNode: Node, value: Node | null, refuse: () => void): void {
    const fate = fateOf(written)
    if (fate === undefined) refuse()
    else if (fate === 'without-effect') this.#withoutEffect.push(written)
    else if (fate !== 'section') this.#take(fate.key, keyNode, value, fate)
    else if (isMap(value)) {
      for (const pair of value.items) this.#readPair(pair as Pair<Node, Node | null>, {}, [written]) // As above.
    }
  }

  #take(key: string, keyNode: Node, value: Node | null, former?: PlacedSetting): void {
    const setting = ALL_SETTINGS.find((one) => one.key === key)
    if (setting === undefined) return
    const found = this.#valueOf(value, key)
    if (isNothing(setting, found)) return
    const origin = this.#originOf(value ?? keyNode)
    const earlier = this.#values.get(key)
    if (earlier?.origin.kind === 'file') {
      this.#problem(keyNode, key, `it is set already, in line ${earlier.origin.line}`)
      return
    }
    const translated = former?.translate === undefined ? found : former.translate(found)
    const originOf = (path: readonly PropertyKey[]) => this.#originOf(partAt(value, path) ?? value ?? keyNode)
    this.#values.set(key, { value: translated, origin, originOf })
  }

  #valueOf(node: Node | null, key: string): unknown {
    if (node === null) return null
    try {
      return node.toJS(this.#document, { maxAliasCount: ALIASES_MAX })
    } catch (error) {
      this.#problem(node, key, (error as Error).message)
      return null
    }
  }

  #problem(node: Node | null, key: string | undefined, message: string): void {
    this.#problems.push({ ...(key !== undefined && { key }), origin: this.#originOf(node), message })
  }

  #originOf(node: Node | null): Origin {
    return this.#originAt(node?.range?.[0] ?? 0)
  }
}

function isEmpty(node: Node | null): boolean {
  return node === null || (isScalar(node) && node.value === null)
}

/** The node of a part of a value: an entry of a list, a field of an object. */
function partAt(node: Node | null, path: readonly PropertyKey[]): Node | undefined {
  if (path.length === 0) return node ?? undefined
  if (!isCollection(node)) return undefined
  return (node.getIn([...path], true) as Node | undefined) ?? undefined // With `true` it answers nodes.
}
