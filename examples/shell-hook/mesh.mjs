// What the shell cannot do by itself: reads the message, asks the node, publishes an answer. Plain Node, nothing to install.
//
//   mesh.mjs read          age in seconds, execution context, then the text of the message on standard input
//   mesh.mjs holds <hash>  exit 0 when the node has this message
//   mesh.mjs reply <hash>  publishes standard input as the answer to this message
//   mesh.mjs search        what the node knows about standard input, a line each

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

/** A question of this length is no question; a model would be paid to read it. */
const TEXT_CHARACTERS_MAX = 8_192
const ANSWER_CHARACTERS_MAX = 16_384
const WORDS_MAX = 12
const FOUND_MAX = 3

const API = process.env.EGREGORE_API ?? 'http://127.0.0.1:7654'

const VERBS = {
  async read() {
    const { timestamp, content } = JSON.parse(await text(process.stdin))
    const fields = typeof content === 'object' && content !== null ? content : {}
    const words = [fields.body, fields.question, fields.text].find((one) => typeof one === 'string' && one !== '') ?? ''
    const context = /^\w{1,40}$/.test(fields.execution_context) ? fields.execution_context : 'informational'
    const age = Math.floor((Date.now() - Date.parse(timestamp)) / 1000)
    process.stdout.write(`${age}\n${context}\n${words.slice(0, TEXT_CHARACTERS_MAX)}`)
  },

  async holds(hash) {
    const { status } = await call(`/v1/message/${hash}`)
    if (status !== 200) process.exitCode = 1
  },

  /** The key makes a second try, after a crash between publishing and remembering, find the first answer instead of adding one. */
  async reply(hash) {
    const answer = (await text(process.stdin)).trim().slice(0, ANSWER_CHARACTERS_MAX)
    const content = { type: 'response', query_hash: hash, answer }
    const headers = { 'content-type': 'application/json', 'idempotency-key': `reply-${hash}` }
    const { status, body } = await call('/v1/publish', {
      method: 'POST',
      headers,
      body: JSON.stringify({ content, relates: hash }),
    })
    // Another answer to the same question under the same key: the first one stands.
    if (status === 409 && body.error?.code === 'IDEMPOTENCY_CONFLICT') return
    if (status >= 300) throw new Error(`publish answered ${status}: ${body.error?.message}`)
  },

  async search() {
    const words =
      (await text(process.stdin))
        .match(/[\p{L}\p{N}]{3,}/gu)
        ?.slice(0, WORDS_MAX)
        .join(' ') ?? ''
    if (words === '') return
    const query = new URLSearchParams({ q: words, content_type: 'insight', limit: String(FOUND_MAX) })
    const { body } = await call(`/v1/insights/search?${query}`)
    for (const { hash, content } of body.data ?? []) console.log(`${hash.slice(0, 12)}  ${titleOf(content)}`)
  },
}

function titleOf({ title, observation, body }) {
  const words = [title, observation, body].find((one) => typeof one === 'string') ?? ''
  return words.replace(/\s+/g, ' ').slice(0, 200)
}

async function call(path, init = {}) {
  const headers = { ...init.headers, ...authorization() }
  const response = await fetch(new URL(path, API), { ...init, headers, signal: AbortSignal.timeout(10_000) })
  return { status: response.status, body: await response.json() }
}

/** A node with `api.auth: token` keeps its token beside its data, for its owner to read. */
function authorization() {
  try {
    const token = readFileSync(join(process.env.EGREGORE_DATA_DIR ?? './data', 'api.token'), 'utf8').trim()
    return { authorization: `Bearer ${token}` }
  } catch {
    return {}
  }
}

const [verb = '', argument = ''] = process.argv.slice(2)
if (!Object.hasOwn(VERBS, verb)) {
  console.error('usage: mesh.mjs read | holds <hash> | reply <hash> | search')
  process.exitCode = 2
} else {
  await VERBS[verb](argument).catch((error) => {
    console.error(`mesh.mjs ${verb}: ${error.message}`)
    process.exitCode = 1
  })
}
