// Servers in JSON, as editors write it: with comments and trailing commas. A new entry is put behind the last one, whose writing stays.

import { applyEdits, findNodeAtLocation, modify, parse, parseTree, printParseErrorCode } from 'jsonc-parser'
import { TextError } from './text-error.ts'
import type { Node, ParseError } from 'jsonc-parser'
import type { Entries } from './entries.ts'

const BYTE_ORDER_MARK = '\ufeff'

export const jsonEntries: Entries = {
  read(given) {
    const text = given.replace(BYTE_ORDER_MARK, '')
    if (text.trim() === '') return {}
    const errors: ParseError[] = []
    const value: unknown = parse(text, errors, { allowTrailingComma: true })
    const [first] = errors
    if (first !== undefined) throw errorAt(text, first.offset, `it is no JSON: ${printParseErrorCode(first.error)}`)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw errorAt(text, 0, 'it is no JSON object')
    }
    return value as Record<string, unknown> // Just seen.
  },

  write(given, section, name, entry) {
    const mark = given.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : ''
    const text = given.slice(mark.length).trim() === '' ? '{}\n' : given.slice(mark.length)
    const root = parseTree(text)
    const servers = root && findNodeAtLocation(root, [section])
    if (servers?.type !== 'object') return mark + withProperty(text, root, section, { [name]: entry })
    if (entry !== undefined && findNodeAtLocation(servers, [name]) === undefined) {
      return mark + withProperty(text, servers, name, entry, [section])
    }
    return mark + edited(text, [section, name], entry)
  },

  print(section, name, entry) {
    return `${JSON.stringify({ [section]: { [name]: entry } }, undefined, 2)}\n`
  },
}

/** The library formats the lines that it touches, with what else stands in them: here only where nothing else does. */
function withProperty(
  text: string,
  object: Node | undefined,
  key: string,
  value: unknown,
  path: string[] = [],
): string {
  const last = object?.children?.at(-1)
  if (last === undefined || last.children?.[0]?.value === key) return edited(text, [...path, key], value)
  const at = last.offset + last.length
  const indent = /\n([ \t]*)$/.exec(text.slice(0, last.offset))?.[1]
  const space = indent === undefined ? ' ' : `${newlineOf(text)}${indent}`
  const written = JSON.stringify(value, undefined, indent === undefined ? undefined : unitOf(text))
  const placed = indent === undefined ? written : written.replaceAll('\n', space)
  return `${text.slice(0, at)},${space}${JSON.stringify(key)}: ${placed}${text.slice(at)}`
}

function edited(text: string, path: string[], value: unknown): string {
  const unit = unitOf(text)
  const indentation = { insertSpaces: unit !== '\t', tabSize: unit.length }
  return applyEdits(text, modify(text, path, value, { formattingOptions: { ...indentation, eol: newlineOf(text) } }))
}

/** By how much the first indented line is. */
function unitOf(text: string): string {
  const first = /^([ \t]+)\S/m.exec(text)?.[1] ?? '  '
  return first.includes('\t') ? '\t' : first
}

function newlineOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n'
}

function errorAt(text: string, offset: number, message: string): TextError {
  const before = text.slice(0, offset)
  return new TextError(message, before.split('\n').length, offset - before.lastIndexOf('\n'))
}
