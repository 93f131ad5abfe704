// Claude's memory: CLAUDE.md files, and notes in folders called memory, as ~/.claude/projects/-home-me-shop/memory/deploys.md. Each
// heading of a file becomes a memory of its own; what project it belongs to follows from the path.

import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { readAtMost } from '../../util/index.ts'
import { CliError } from '../errors.ts'
import { readMarkdown } from './markdown.ts'
import { titleFrom, withDefaults } from './note.ts'
import type { FrontMatter, Section } from './markdown.ts'
import type { Note, NoteDefaults } from './note.ts'

/** Folders within folders that are looked through; deeper ones are somebody's dependencies. */
const DEPTH_MAX = 8

/** Files of one import: more is no memory. */
const FILES_MAX = 10_000

/** A note is text that somebody wrote. */
const FILE_BYTES_MAX = 1024 * 1024

const SKIPPED = new Set(['node_modules', '.git'])
const INSTRUCTIONS = new Set(['CLAUDE.md', 'CLAUDE.local.md'])

/** A line of MEMORY.md that only says where something stands. */
const POINTER = /^[-*]\s+\[[^\]]*\]\([^)]*\)/

/** Kinds of notes, as Claude names them in front of a text, and what they are here. */
const CATEGORIES: Readonly<Record<string, string>> = {
  user: 'agent',
  feedback: 'rules',
  project: 'project',
  reference: 'project',
}

/** @throws CliError `FILE_UNREADABLE`, `TOO_MANY_FILES` */
export async function* notesInFolder(folder: string, defaults: NoteDefaults): AsyncGenerator<Note> {
  const files = [...filesIn(resolve(folder), 0)].slice(0, FILES_MAX + 1)
  if (files.length > FILES_MAX) throw new CliError(2, 'TOO_MANY_FILES', `${folder} holds more than ${FILES_MAX} notes.`)
  if (files.length === 0) {
    const text = `${folder} holds no CLAUDE.md and no folder called memory with notes in it.`
    throw new CliError(4, 'NO_NOTES', text)
  }
  for (const file of files) yield* notesInMarkdown(file, defaults)
}

/** @throws CliError `FILE_UNREADABLE` */
export function* notesInMarkdown(file: string, defaults: NoteDefaults): Generator<Note> {
  if (sizeOf(file) > FILE_BYTES_MAX) {
    yield { place: `${file}:1`, fault: 'the file is over 1 MiB: no note is' }
    return
  }
  const { front, sections } = readMarkdown(readText(file))
  const from = { category: categoryOf(file, front), project: projectOf(resolve(file)) }
  for (const section of sections) {
    if (isIndex(file, section)) continue
    const title = titleOf(front, section)
    const fields = { content: section.text, ...(title !== undefined && { title }) }
    yield { place: `${file}:${section.line}`, memory: withDefaults(fields, { ...from, ...given(defaults) }) }
  }
}

function* filesIn(folder: string, depth: number): Generator<string> {
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name)
    if (entry.isDirectory() && depth < DEPTH_MAX && !SKIPPED.has(entry.name)) yield* filesIn(path, depth + 1)
    else if (entry.isFile() && isNotes(path)) yield path
  }
}

function entriesOf(folder: string) {
  return reading(folder, () =>
    readdirSync(folder, { withFileTypes: true }).sort((one, other) => (one.name < other.name ? -1 : 1)),
  )
}

function isNotes(path: string): boolean {
  return INSTRUCTIONS.has(basename(path)) || (path.endsWith('.md') && basename(dirname(path)) === 'memory')
}

function isIndex(file: string, { text }: Section): boolean {
  return basename(file) === 'MEMORY.md' && text.split('\n').every((line) => line.trim() === '' || POINTER.test(line))
}

/** Rules are what CLAUDE.md is for. */
function categoryOf(file: string, front: FrontMatter): string {
  if (INSTRUCTIONS.has(basename(file))) return 'rules'
  const { type, metadata } = front
  const kind = type ?? (metadata as { type?: unknown } | undefined)?.type
  return typeof kind === 'string' ? (CATEGORIES[kind] ?? 'project') : 'project'
}

function titleOf({ name, description }: FrontMatter, { headings }: Section): string | undefined {
  const said = [description, name].find((text): text is string => typeof text === 'string' && text.trim() !== '')
  const words = [...(said === undefined ? [] : [said]), ...headings].join(' › ').trim()
  return words === '' ? undefined : titleFrom(words)
}

/** Of a folder of Claude's the one that it was made for; else the one that a CLAUDE.md stands in. None of what holds everywhere. */
function projectOf(file: string): string | undefined {
  const parts = file.split(sep)
  const at = parts.lastIndexOf('projects')
  if (at > 0 && parts[at - 1] === '.claude') return madeFor(parts[at + 1] ?? '')
  const folder = dirname(file)
  const isClaudes = basename(folder) === '.claude'
  if (isClaudes && existsSync(join(folder, 'projects'))) return undefined
  const own = isClaudes || basename(folder) === 'memory' ? dirname(folder) : folder
  return basename(own) || undefined
}

/** `-home-me-my-shop` → `my-shop`, when that folder is there: dashes stand for slashes and for dashes alike. Else the name as it is. */
function madeFor(name: string): string | undefined {
  const words = name.split('-').filter((word) => word !== '')
  let path: string = sep
  for (let at = 0; at < words.length; ) {
    const taken = words.length - at
    const found = Array.from({ length: taken }, (_, less) => words.slice(at, at + taken - less)).find((some) =>
      existsSync(join(path, some.join('-'))),
    )
    if (found === undefined) return name.replace(/^-+/, '') || undefined
    path = join(path, found.join('-'))
    at += found.length
  }
  return basename(path) || undefined
}

function given(defaults: NoteDefaults): NoteDefaults {
  return Object.fromEntries(Object.entries(defaults).filter(([, value]) => value !== undefined))
}

function sizeOf(file: string): number {
  return reading(file, () => statSync(file).size)
}

/** A pipe or device says nothing of its size, and may never end. */
function readText(file: string): string {
  return reading(file, () => new TextDecoder().decode(readAtMost(file, FILE_BYTES_MAX)))
}

function reading<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw new CliError(4, 'FILE_UNREADABLE', `${path} cannot be read: ${(cause as Error).message}`, { cause })
  }
}
