// Changes one setting in the text of a configuration file, and nothing else of it: the change is spliced into the text, and is used when
// it reads back as what was wanted. What cannot be spliced is written by the YAML library, which keeps comments and order too.

import { isDeepStrictEqual } from 'node:util'
import { isMap, isScalar, isSeq, parse, parseDocument, stringify } from 'yaml'
import type { Document, Node, Pair, YAMLMap } from 'yaml'
import type { PlacedSetting } from './setting.ts'

type Path = readonly string[]

/** The text with a setting in it. One that stood under a key of the original stands under its own from then on. */
export function withSetting(given: string, setting: PlacedSetting, value: unknown): string {
  const path = setting.key.split('.')
  const text = (setting.formerly ?? []).reduce((before, former) => renamed(before, former.split('.'), path), given)
  const wanted = parseDocument(text)
  setDeep(wanted, path, value)
  const drafts = [replaced, uncommented, inserted, appended].map((draft) => draft(text, path, value))
  return drafts.find((draft) => draft !== undefined && says(draft, wanted)) ?? textOf(wanted, text)
}

/** The text without a setting, under whichever name it stood; a section that is empty then goes too. */
export function withoutSetting(text: string, setting: PlacedSetting): string {
  return [setting.key, ...(setting.formerly ?? [])].reduce((before, key) => without(before, key.split('.')), text)
}

/** Whether a text sets it, under whichever name. */
export function hasSetting(text: string, setting: PlacedSetting): boolean {
  const document = parseDocument(text)
  return [setting.key, ...(setting.formerly ?? [])].some((key) => pairAt(document, key.split('.')) !== undefined)
}

/** A value as somebody writes it in YAML. */
export function valueOfYaml(text: string): unknown {
  return parse(text)
}

/** Another name within the same section leaves everything else where it is. */
function renamed(text: string, from: Path, to: Path): string {
  const key = pairAt(parseDocument(text), from)?.key
  if (key === undefined) return text
  if (!isDeepStrictEqual(from.slice(0, -1), to.slice(0, -1))) return without(text, from)
  const [start, end] = rangeOf(key)
  return `${text.slice(0, start)}${to.at(-1)}${text.slice(end)}`
}

function without(text: string, path: Path): string {
  const wanted = parseDocument(text)
  const pair = outermostOf(wanted, path)
  if (pair === undefined) return text
  const start = text.lastIndexOf('\n', rangeOf(pair.key)[0]) + 1
  const lineEnd = text.indexOf('\n', endOf(pair, text) - 1)
  removeDeep(wanted, path)
  const draft = `${text.slice(0, start)}${lineEnd === -1 ? '' : text.slice(lineEnd + 1)}`
  return says(draft, wanted) ? draft : textOf(wanted, text)
}

/** The line to remove: that of the setting, or of the section in which nothing else stands. */
function outermostOf(document: Document, path: Path): Pair<Node, Node | null> | undefined {
  const section = path.length === 1 ? undefined : pairAt(document, path.slice(0, -1))
  const isAlone = isMap(section?.value) && section.value.items.length === 1
  return isAlone && pairAt(document, path) !== undefined ? section : pairAt(document, path)
}

/** Where the setting stands already: another value in its place. */
function replaced(text: string, path: Path, value: unknown): string | undefined {
  const pair = pairAt(parseDocument(text), path)
  if (pair === undefined) return undefined
  const end = endOf(pair, text)
  const entries = isSeq(pair.value) ? pair.value : undefined
  if (entries !== undefined && entries.flow !== true && Array.isArray(value) && value.length > 0) {
    const [start] = rangeOf(entries)
    return `${text.slice(0, start)}${inBlock(value, columnOf(start, text), lineEndOf(text))}${text.slice(end)}`
  }
  // Entries may stand below their key, anything else only behind it.
  const start = pair.value === null || entries !== undefined ? rangeOf(pair.key)[1] + 1 : rangeOf(pair.value)[0]
  return `${text.slice(0, start)}${text[start - 1] === ':' ? ' ' : ''}${inLine(value)}${text.slice(end)}`
}

function columnOf(offset: number, text: string): number {
  return offset - text.lastIndexOf('\n', offset - 1) - 1
}

/** Where the commented file shows its default: that line, without its "#". */
function uncommented(text: string, path: Path, value: unknown): string | undefined {
  const [section, key] = path.length === 1 ? [undefined, path[0]] : path
  const indent = section === undefined ? '' : '  '
  const heading = section === undefined ? undefined : new RegExp(`^#?${section}:[ \\t]*$`, 'm').exec(text)
  if (heading === null) return undefined
  const from = heading === undefined ? 0 : heading.index + heading[0].length
  const line = new RegExp(`^#${indent}${key}:.*$`, 'm').exec(text.slice(from))
  if (line === null) return undefined
  const at = from + line.index
  const head = heading === undefined ? '' : `${text.slice(0, heading.index)}${section}:`
  const between = text.slice(from, at)
  return `${head}${between}${indent}${key}: ${inLine(value)}${text.slice(at + line[0].length)}`
}

/** Below the last line of the section that it belongs to. */
function inserted(text: string, path: Path, value: unknown): string | undefined {
  if (path.length === 1) return undefined
  const section = pairAt(parseDocument(text), path.slice(0, -1))?.value
  const last = isMap(section) ? (section.items.at(-1) as Pair<Node, Node | null> | undefined) : undefined // The parser makes nodes.
  if (last === undefined) return undefined
  const start = rangeOf(last.key)[0]
  const indent = text.slice(text.lastIndexOf('\n', start - 1) + 1, start)
  const lineEnd = text.indexOf('\n', endOf(last, text) - 1)
  const end = lineEndOf(text)
  const line = `${indent}${path.at(-1)}: ${inLine(value)}${end}`
  return lineEnd === -1 ? `${text}${end}${line}` : `${text.slice(0, lineEnd + 1)}${line}${text.slice(lineEnd + 1)}`
}

function appended(text: string, path: Path, value: unknown): string {
  const end = lineEndOf(text)
  const before = text === '' || text.endsWith('\n') ? text : `${text}${end}`
  const lines = path.map((key, depth) => `${'  '.repeat(depth)}${key}:`)
  return `${before}${lines.join(end)} ${inLine(value)}${end}`
}

function inLine(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 }).trimEnd()
}

function inBlock(entries: readonly unknown[], column: number, end: string): string {
  return entries.map((entry) => `- ${inLine(entry)}`).join(`${end}${' '.repeat(column)}`)
}

/** As the file has them. */
function lineEndOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n'
}

function says(text: string, wanted: Document): boolean {
  const document = parseDocument(text)
  return document.errors.length === 0 && isDeepStrictEqual(document.toJS() ?? {}, wanted.toJS() ?? {})
}

function pairAt(document: Document, path: Path): Pair<Node, Node | null> | undefined {
  const section = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1))
  if (!isMap(section)) return undefined
  const pairs = (section as YAMLMap<Node, Node | null>).items // parseDocument makes nodes of everything.
  return pairs.find(({ key }) => isScalar(key) && key.value === path.at(-1))
}

/** From its first character to behind its last one. */
function rangeOf(node: Pick<Node, 'range'>): [number, number] {
  const [start, end] = node.range ?? [0, 0]
  return [start, end]
}

/** Behind the last character of a value, or behind the colon of a key that has none. */
function endOf({ key, value }: Pair<Node, Node | null>, text: string): number {
  const [start, end] = value === null ? [0, 0] : rangeOf(value)
  const written = text.slice(start, end).trimEnd()
  return written === '' ? rangeOf(key)[1] + 1 : start + written.length
}

function setDeep(document: Document, path: Path, value: unknown): void {
  if (!isMap(document.contents)) document.contents = document.createNode({})
  const section = path.slice(0, -1)
  if (section.length > 0 && !isMap(document.getIn(section))) document.setIn(section, document.createNode({}))
  document.setIn(path, value)
}

function removeDeep(document: Document, path: Path): void {
  document.deleteIn(path)
  const section = path.slice(0, -1)
  const left = section.length === 0 ? undefined : document.getIn(section)
  if (isMap(left) && left.items.length === 0) document.deleteIn(section)
}

function textOf(document: Document, before: string): string {
  if (isMap(document.contents) && document.contents.items.length === 0) document.contents = null
  const text = document.toString({ lineWidth: 0, flowCollectionPadding: /[[{] \S/.test(before) })
  return text.replaceAll(/\r?\n/g, lineEndOf(before))
}
