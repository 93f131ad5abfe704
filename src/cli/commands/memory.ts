// egregore memory: what agents remember, and bringing along what they remembered elsewhere.

import { createReadStream, existsSync, statSync } from 'node:fs'
import { text as readAll } from 'node:stream/consumers'
import { Command } from 'commander'
import { authorCell, authorMeant } from '../authors.ts'
import { CliError } from '../errors.ts'
import { linesOf } from '../import/lines.ts'
import { messageUnder } from '../message-under.ts'
import { collect, nodeOf, parseCount, withNodeOptions } from '../node-options.ts'
import { age, cut, plain, plainLines, print, printJson, printTable } from '../output.ts'
import type { MemoryData, Metadata } from '../../api/index.ts'
import type { NodeClient } from '../client.ts'
import type { Note, NoteDefaults } from '../memory/note.ts'
import type { NodeOptions } from '../node-options.ts'

interface WriteOptions extends NodeOptions {
  title?: string
  category?: string
  project?: string
  context?: string
  tag?: string[]
  agent?: string
  expiresAt?: string
  local?: true
}

interface ListOptions extends NodeOptions {
  category?: string
  project?: string
  tag?: string
  author?: string
  agent?: string
  local?: true
  all?: true
  limit: number
}

interface ImportOptions extends NodeOptions, NoteDefaults {
  local?: true
  preview?: true
}

const MEMORY = '/v1/memories/{id}'

const EXAMPLES = `
Examples:
  $ egregore memory remember --project shop --title "Staging port" "Staging Postgres listens on 5433."
  $ egregore memory recall which port does staging use
  $ egregore memory recent --project shop
  $ egregore memory get 1a2b3c4d
  $ egregore memory supersede 1a2b3c4d "Staging Postgres listens on 5434."
  $ egregore memory retract 1a2b3c4d
  $ egregore memory restore 1a2b3c4d
  $ egregore memory forget 1a2b3c4d
  $ egregore memory import ~/.claude --preview`

export function memoryCommand(): Command {
  const memory = new Command('memory').description('what agents remember: here alone, or in the mesh')
  memory.addCommand(
    withFields(withNodeOptions(new Command('remember').description('remember something')))
      .argument('<text...>', 'what is to be remembered; - reads from standard input')
      .option('--local', 'on this machine alone: never signed, never sent')
      .action(remember),
  )
  memory.addCommand(
    withFilters(withNodeOptions(new Command('recall').description('look for something, best first')))
      .argument('<words...>', 'words, or a question')
      .action(recall),
  )
  memory.addCommand(
    withFilters(withNodeOptions(new Command('recent').description('the newest memories'))).action(recent),
  )
  memory.addCommand(
    withNodeOptions(new Command('get').description('one memory, whole'))
      .argument('<id>', 'its hash, the beginning of that, or its local id')
      .action(get),
  )
  memory.addCommand(
    withFields(withNodeOptions(new Command('supersede').description('put a new version in the place of one of ours')))
      .argument('<id>', 'of any version')
      .argument('<text...>', 'the whole new text; - reads from standard input')
      .action(supersede),
  )
  memory.addCommand(
    withReason(
      withNodeOptions(new Command('forget').description('erase one of ours for good; peers are asked to as well')),
    ).action(forget),
  )
  memory.addCommand(
    withReason(withNodeOptions(new Command('retract').description('hide one of ours from everybody'))).action(retract),
  )
  memory.addCommand(
    withNodeOptions(new Command('restore').description('show one again that was retracted'))
      .argument('<id>', 'of any version')
      .action(restore),
  )
  memory.addCommand(
    withNodeOptions(
      new Command('import').description('remember what stands in a Claude memory folder, or notes one a line'),
    )
      .argument(
        '<source>',
        'a folder, a file in Markdown, or a file of lines: JSON objects or plain words; - reads lines',
      )
      .option('--local', 'on this machine alone')
      .option('--preview', 'only show what would be remembered')
      .option('--category <slug>', 'of what does not say it itself')
      .option('--project <name>', 'of what does not say it itself')
      .option('--agent <name>', 'which of several agents of this node says it')
      .action(importFrom),
  )
  return memory.addHelpText('after', EXAMPLES)
}

function withFields(command: Command): Command {
  return command
    .option('--title <title>', 'what it is about, in a line')
    .option('--category <slug>', 'such as project, conversation, agent, incidents, runbooks, security, rules')
    .option('--project <name>', 'which project it belongs to')
    .option('--context <text>', 'where and when it holds')
    .option('--tag <tag>', 'a tag; may stand several times', collect)
    .option('--agent <name>', 'which of several agents of this node says it')
    .option('--expires-at <time>', 'when it leaves every view, such as 2027-01-31T12:00:00Z')
}

function withFilters(command: Command): Command {
  return command
    .option('--category <slug>', 'only this category')
    .option('--project <name>', 'only of this project')
    .option('--tag <tag>', 'only with this tag')
    .option('--author <who>', 'only this author: name, short key or public_id')
    .option('--agent <name>', 'only this one of several agents of a node')
    .option('--local', 'only those of this machine')
    .option('--all', 'those that were superseded or retracted as well')
    .option('--limit <count>', 'memories at most', parseCount, 20)
}

function withReason(command: Command): Command {
  return command.argument('<id>', 'of any version').option('--reason <text>', 'why; everybody can read it')
}

async function remember(words: string[], options: WriteOptions): Promise<void> {
  const body = {
    ...(await fieldsOf(words, options)),
    visibility: options.local ? ('local' as const) : ('mesh' as const),
  }
  const { status, data, metadata } = await (await nodeOf(options)).post('/v1/memories', { body })
  tell(metadata)
  if (options.json) return printJson(data)
  const where = 'id' in data ? 'on this machine' : 'in the mesh'
  print(`${status === 200 ? 'already known as' : 'remembered'} ${idOf(data)} ${where}`)
}

async function supersede(id: string, words: string[], options: WriteOptions): Promise<void> {
  const node = await nodeOf(options)
  const [meant, body] = [await idMeant(id, node), await fieldsOf(words, options)]
  const { data, metadata } = await node.post('/v1/memories/{id}/supersede', { params: { id: meant }, body })
  tell(metadata)
  if (options.json) return printJson(data)
  print(`${meant} now says what ${idOf(data)} says`)
}

async function recall(words: string[], options: ListOptions): Promise<void> {
  await list({ q: words.join(' ') }, options)
}

async function recent(options: ListOptions): Promise<void> {
  await list({}, options)
}

async function list(words: { q?: string }, options: ListOptions): Promise<void> {
  const node = await nodeOf(options)
  const { category, project, tag, agent, limit } = options
  const query = {
    ...words,
    category,
    project,
    tag,
    agent,
    limit,
    author: await authorMeant(node, options.author),
    visibility: options.local ? ('local' as const) : undefined,
    include: options.all ? 'superseded,retracted' : undefined,
  }
  const { data } = await node.get('/v1/memories', { query })
  if (options.json) return printJson(data)
  if (data.length === 0) return print('Nothing is remembered about that.')
  const now = Date.now()
  printTable(
    ['ID', 'AGE', 'AUTHOR', 'CATEGORY', 'MEMORY'],
    data.map((memory) => rowOf(memory, now)),
  )
}

async function get(id: string, options: NodeOptions): Promise<void> {
  const node = await nodeOf(options)
  const { data } = await node.get(MEMORY, { params: { id: await idMeant(id, node) } })
  if (options.json) return printJson(data)
  const { content, title } = fieldsIn(data)
  if (title !== undefined) print(`${plain(title)}\n`)
  for (const line of plainLines(content)) print(line)
}

async function forget(id: string, options: NodeOptions & { reason?: string }): Promise<void> {
  const node = await nodeOf(options)
  const { reason } = options
  const forgotten = await node.delete(MEMORY, { params: { id: await idMeant(id, node) }, query: { reason } })
  if (options.json) return printJson(forgotten)
  const peers =
    forgotten.peers === 'asked' ? 'gone here; peers are asked to forget it too' : 'it never left this machine'
  print(`forgotten ${forgotten.forgotten}: ${peers}`)
}

async function retract(id: string, options: NodeOptions & { reason?: string }): Promise<void> {
  const node = await nodeOf(options)
  const input = { params: { id: await idMeant(id, node) }, query: { reason: options.reason } }
  const { data } = await node.post('/v1/memories/{id}/retract', input)
  if (options.json) return printJson(data)
  print(`hidden by ${data.hash}; "egregore memory restore" undoes it`)
}

async function restore(id: string, options: NodeOptions): Promise<void> {
  const node = await nodeOf(options)
  const { data } = await node.post('/v1/memories/{id}/restore', { params: { id: await idMeant(id, node) } })
  if (options.json) return printJson(data)
  print(`shown again: ${idOf(data)}`)
}

async function importFrom(source: string, { preview, local, json, ...options }: ImportOptions): Promise<void> {
  const { category, project, agent } = options
  const notes = await notesFrom(source, { category, project, agent })
  if (preview) return showPreview(notes, json)
  const { importNotes } = await import('../memory/import-notes.ts')
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
  const { notesInLines } = await import('../memory/note-lines.ts')
  if (source === '-') return notesInLines(linesOf(process.stdin), 'standard input', defaults)
  if (!existsSync(source)) throw new CliError(4, 'FILE_UNREADABLE', `${source} is not there.`)
  const { notesInFolder, notesInMarkdown } = await import('../memory/claude-folder.ts')
  if (statSync(source).isDirectory()) return notesInFolder(source, defaults)
  if (source.endsWith('.md')) return each(notesInMarkdown(source, defaults))
  return notesInLines(linesOf(createReadStream(source)), source, defaults)
}

async function* each(notes: Iterable<Note>): AsyncGenerator<Note> {
  yield* notes
}

/** A hash or local id as it stands, else the one hash that begins so. */
async function idMeant(id: string, node: NodeClient): Promise<string> {
  if (/^local-|^[0-9a-f]{64}$/.test(id)) return id
  return (await messageUnder(id.toLowerCase(), node)).hash
}

async function fieldsOf(words: readonly string[], options: WriteOptions) {
  const { title, category, project, context, tag, agent, expiresAt } = options
  const content = words.length === 1 && words[0] === '-' ? await readAll(process.stdin) : words.join(' ')
  return { content, title, category, project, context, tags: tag, agent, expires_at: expiresAt }
}

/** Beside the answer, so that a script still reads that alone. */
function tell({ warnings = [], similar = [] }: Metadata): void {
  for (const { message } of warnings) process.stderr.write(`warning: ${plain(message)}\n`)
  for (const { id, title = '' } of similar) process.stderr.write(`similar: ${id} ${plain(title)}\n`)
}

function rowOf(memory: MemoryData, now: number): string[] {
  const { content, title, category } = fieldsIn(memory)
  const isLocal = 'id' in memory
  return [
    isLocal ? memory.id : memory.hash.slice(0, 8),
    age(isLocal ? memory.local.updated_at : memory.timestamp, now),
    isLocal ? 'this machine' : authorCell(memory.author, memory.local.author_name),
    cut(plain(category ?? 'global'), 16),
    plain(title === undefined ? content : `${title}: ${content}`),
  ]
}

function idOf(memory: MemoryData): string {
  return 'id' in memory ? memory.id : memory.hash
}

/** A peer may have written anything in the place of any of them. */
function fieldsIn({ content }: MemoryData): {
  content: string
  title?: string | undefined
  category?: string | undefined
} {
  const { content: text, body, title, category } = content as Readonly<Record<string, unknown>> // As: what has a type is an object.
  const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined)
  return { content: textOf(text) ?? textOf(body) ?? '', title: textOf(title), category: textOf(category) }
}
