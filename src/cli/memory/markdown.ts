// A text in Markdown as sections: what stands under each heading, with the headings above it.

import { parseDocument } from 'yaml'

export interface Section {
  /** Of the headings above it, outermost first; empty before the first. */
  headings: readonly string[]
  text: string
  /** Of its first line of text, from 1. */
  line: number
}

/** Fields in front of a text, between two lines of three dashes. */
export type FrontMatter = Readonly<Record<string, unknown>>

const HEADING = /^(?<marks>#{1,6})\s+(?<words>.*?)\s*#*$/
const FENCE = /^\s*(?<fence>`{3,}|~{3,})/

export function readMarkdown(source: string): { front: FrontMatter; sections: Section[] } {
  const lines = source.replace(/^\ufeff/, '').split(/\r?\n/)
  const end = lines[0] === '---' ? lines.indexOf('---', 1) : -1
  const front = end < 0 ? {} : frontMatterOf(lines.slice(1, end).join('\n'))
  return { front, sections: sectionsOf(lines, end + 1) }
}

/** What is no mapping has no fields; what is broken is not worth losing the text for. */
function frontMatterOf(text: string): FrontMatter {
  const document = parseDocument(text)
  const value: unknown = document.errors.length > 0 ? undefined : document.toJS()
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? (value as FrontMatter) : {} // As: any object has unknown members.
}

/** A heading within a fence of code is code. */
function sectionsOf(lines: readonly string[], from: number): Section[] {
  const sections: Section[] = []
  const headings: string[] = []
  let open = { from, lines: [] as string[] }
  let fence: string | undefined
  const close = (next: number): void => {
    const blank = open.lines.findIndex((line) => line.trim() !== '')
    const text = open.lines.join('\n').trim()
    if (text !== '') sections.push({ headings: headings.filter(Boolean), text, line: open.from + blank + 1 })
    open = { from: next, lines: [] }
  }
  for (const [at, line] of lines.entries()) {
    if (at < from) continue
    const mark = FENCE.exec(line)?.groups?.fence
    if (fence === undefined) fence = mark
    else if (mark?.startsWith(fence) === true) fence = undefined
    const { marks, words } = (fence === undefined ? HEADING.exec(line)?.groups : undefined) ?? {}
    if (marks === undefined) {
      open.lines.push(line)
      continue
    }
    close(at + 1)
    headings.length = marks.length - 1
    headings[marks.length - 1] = words ?? ''
  }
  close(lines.length)
  return sections
}
