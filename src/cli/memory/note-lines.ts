// Notes one a line: an object with the fields of a memory, or plain words.

import { withDefaults } from './note.ts'
import type { Line } from '../import/lines.ts'
import type { Note, NoteDefaults } from './note.ts'

export async function* notesInLines(
  lines: AsyncIterable<Line>,
  source: string,
  defaults: NoteDefaults,
): AsyncGenerator<Note> {
  for await (const { number, text } of lines) {
    const place = `${source}:${number}`
    if (text === undefined) yield { place, fault: 'the line is longer than any memory' }
    else yield { place, ...noteOf(text, defaults) }
  }
}

function noteOf(text: string, defaults: NoteDefaults): { memory: ReturnType<typeof withDefaults> } | { fault: string } {
  if (!text.startsWith('{')) return { memory: withDefaults({ content: text }, defaults) }
  const fields = objectIn(text)
  if (fields === undefined) return { fault: 'begins like a JSON object and is none: check quotes and commas' }
  const { content } = fields
  if (typeof content !== 'string') return { fault: 'has no content: {"content":"what is to be remembered", …}' }
  return { memory: withDefaults({ ...fields, content }, defaults) }
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown> // As: what begins with a brace is an object.
  } catch {
    return undefined
  }
}
