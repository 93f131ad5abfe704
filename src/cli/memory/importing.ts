// egregore memory import: what stands in a folder, a file, or on standard input, remembered or only shown.

import { createReadStream, existsSync, statSync } from 'node:fs'
import { CliError } from '../errors.ts'
import { linesOf } from '../import/lines.ts'
import { nodeOf } from '../node-options.ts'
import { cut, plain, print, printJson } from '../output.ts'
import type { NodeOptions } from '../node-options.ts'
import type { Note, NoteDefaults } from './note.ts'

interface ImportOptions extends NodeOptions, NoteDefaults {
  local?: true
  preview?: true
}

export async function importFrom(source: string, { preview, local, json, ...options }: ImportOptions): Promise<void> {
  const { category, project, agent } = options
  const notes = await notesFrom(source, { category, project, agent })
  if (preview) return showPreview(notes, json)
  const { importNotes } = await import('./import-notes.ts')
  const imported = await importNotes(notes, await nodeOf(options), local ? 'local' : 'mesh')
  if (json) printJson(imported)
  else {
    for (const { place, reason } of imported.refused) process.stderr.write(`${plain(place)}: ${plain(reason)}\n`)
    print(`${imported.remembered} remembered, ${imported.known} known, ${imported.refused.length} refused`)
  }
  if (imported.refused.length > 0) process.exitCode = 1
}

async function showPreview(notes: AsyncIterable<Note>, asJson: true | undefined): Promise<void> {
  const all = await Array.fromAsync(notes)
  if (asJson) return printJson(all)
  for (const note of all) {
    const said =
      'fault' in note ? `refused: ${note.fault}` : [note.memory.title, note.memory.content].filter(Boolean).join(': ')
    print(`${plain(note.place)}  ${cut(plain(said), 120)}`)
  }
}

async function notesFrom(source: string, defaults: NoteDefaults): Promise<AsyncIterable<Note>> {
  const { notesInLines } = await import('./note-lines.ts')
  if (source === '-') return notesInLines(linesOf(process.stdin), 'standard input', defaults)
  if (!existsSync(source)) throw new CliError(4, 'FILE_UNREADABLE', `${source} is not there.`)
  const { notesInFolder, notesInMarkdown } = await import('./claude-folder.ts')
  if (statSync(source).isDirectory()) return notesInFolder(source, defaults)
  if (source.endsWith('.md')) return each(notesInMarkdown(source, defaults))
  return notesInLines(linesOf(createReadStream(source)), source, defaults)
}

async function* each(notes: Iterable<Note>): AsyncGenerator<Note> {
  yield* notes
}
