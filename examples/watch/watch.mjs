// Reads the node's event stream from where the last run stopped, and gives what is there to a command. The place is kept only when
// the command took it: what fails comes again with the next run.
//
//   watch.mjs                    the command is Claude in print mode, with the messages fenced behind prompt.md
//   watch.mjs <command> [args]   the command gets one message a line, as JSON

import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const {
  EGREGORE_API: API = 'http://127.0.0.1:7654',
  EGREGORE_WATCH_DIR: DIRECTORY = '.',
  EGREGORE_NODE_PROMPT: NODE_PROMPT = join(DIRECTORY, 'node-prompt.md'),
  EGREGORE_TOKEN_FILE: TOKEN_FILE,
  WATCH_CONTENT_TYPE,
  WATCH_MAX = '50',
  WATCH_QUIET_MS = '1000',
  CLAUDE_CODE_PATH = 'claude',
} = process.env

const PLACE = join(DIRECTORY, 'last-event-id')

await main().catch((error) => {
  console.error(`watch: ${error.cause?.code ?? error.message}`)
  process.exitCode = 1
})

async function main() {
  const known = existsSync(PLACE) ? readFileSync(PLACE, 'utf8').trim() : undefined
  const { messages, lastId } = await newMessages(known)
  // The first run only finds the place from which to watch.
  if (messages.length > 0) {
    console.log(`${new Date().toISOString()} ${messages.length} new messages`)
    await give(messages)
  }
  if (lastId !== undefined && lastId !== known) keepPlace(lastId)
}

/** A rename is whole or not at all, also when the machine dies. */
function keepPlace(id) {
  writeFileSync(`${PLACE}.new`, `${id}\n`)
  renameSync(`${PLACE}.new`, PLACE)
}

/** Until there are enough, or it has been quiet for a moment: the stream itself never ends. */
async function newMessages(known) {
  const query = new URLSearchParams({
    include_self: 'false',
    ...(WATCH_CONTENT_TYPE && { content_type: WATCH_CONTENT_TYPE }),
  })
  const stop = new AbortController()
  const headers = { ...(known && { 'last-event-id': known }), ...authorization() }
  const connecting = setTimeout(() => stop.abort(new Error(`nothing answers at ${API}`)), 10_000)
  const response = await fetch(new URL(`/v1/events?${query}`, API), { headers, signal: stop.signal })
  clearTimeout(connecting)
  if (!response.ok) throw new Error(`/v1/events answered ${response.status}: ${await response.text()}`)
  const messages = []
  let lastId
  let quiet
  const hush = () => {
    clearTimeout(quiet)
    quiet = setTimeout(() => stop.abort(), Number(WATCH_QUIET_MS))
  }
  try {
    hush()
    for await (const { id, event, data } of eventsIn(response.body)) {
      if (event === 'reset') console.error('watch: the node has another log now; watching goes on from its end')
      if (event === undefined && data !== undefined) messages.push(data)
      lastId = id ?? lastId
      if (messages.length >= Number(WATCH_MAX)) break
      if (data !== undefined) hush()
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error
  }
  clearTimeout(quiet)
  stop.abort()
  return { messages, lastId }
}

/** The fields of each block of a stream (HTML standard, "Server-sent events"), as far as this node uses them. */
async function* eventsIn(body) {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true })
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks)
      yield Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2)))
  }
}

function authorization() {
  return TOKEN_FILE === undefined ? {} : { authorization: `Bearer ${readFileSync(TOKEN_FILE, 'utf8').trim()}` }
}

/** @throws when the command did not end with 0 */
async function give(messages) {
  const [command, ...args] = process.argv.slice(2)
  const child =
    command === undefined
      ? spawn(CLAUDE_CODE_PATH, ['--print', '--allowedTools', 'mcp__egregore__*'], {
          stdio: ['pipe', 'inherit', 'inherit'],
        })
      : spawn(command, args, { stdio: ['pipe', 'inherit', 'inherit'] })
  // A command that reads nothing closes its input: that is its business.
  child.stdin.on('error', () => {})
  child.stdin.end(command === undefined ? promptFor(messages) : messages.map((message) => `${message}\n`).join(''))
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`the command ended with ${code}; the same messages come again`)
}

/** A marker that nobody can know beforehand cannot be closed from inside. */
function promptFor(messages) {
  const marker = `messages-${randomBytes(8).toString('hex')}`
  const rules = readFileSync(new URL('./prompt.md', import.meta.url), 'utf8')
  const own = existsSync(NODE_PROMPT) ? `\n${readFileSync(NODE_PROMPT, 'utf8')}` : ''
  return `${rules}${own}\n<${marker}>\n${messages.join('\n')}\n</${marker}>\n`
}
