#!/usr/bin/env node
// Takes webhooks of a node, makes sure that they are its own, and posts each message to a chat (Discord, Slack, Mattermost, …).
// Plain Node, nothing to install. README.md lists the variables.

import { createHmac, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { pathToFileURL } from 'node:url'

/** The largest message of a node, and some room. */
const BODY_BYTES_MAX = 256 * 1024
/** An older request may be one that somebody overheard and sends again. */
const AGE_SECS_MAX = 300
/** Hashes of messages that the chat has: the node delivers at least once. */
const REMEMBERED_MAX = 10_000
/** Discord takes 2,000 characters. */
const TEXT_CHARACTERS_MAX = 1_800

/**
 * Whether a request is the node's own and fresh: HMAC-SHA256 over id, time and body, as https://www.standardwebhooks.com has it.
 *
 * @param headers - as Node gives them, in small letters
 * @param now - seconds since 1970
 */
export function isGenuine(headers, body, secret, now) {
  const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signatures = '' } = headers
  if (!(Math.abs(now - Number(time)) <= AGE_SECS_MAX)) return false
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret)
  const expected = Buffer.from(`v1,${createHmac('sha256', key).update(`${id}.${time}.${body}`).digest('base64')}`)
  return signatures
    .split(' ')
    .some((one) => one.length === expected.length && timingSafeEqual(Buffer.from(one), expected))
}

/** What the chat shows of a message, in one short text. */
export function chatText({ author, content, hash }) {
  const fields = typeof content === 'object' && content !== null ? content : { text: String(content) }
  const { title, observation, question, answer, body, text } = fields
  const words = [title, observation, question, answer, body, text].filter(
    (one) => typeof one === 'string' && one !== '',
  )
  const shown = words.length > 0 ? words.join('\n') : JSON.stringify(content)
  const cut = shown.length > TEXT_CHARACTERS_MAX ? `${shown.slice(0, TEXT_CHARACTERS_MAX)}…` : shown
  return `${fields.type ?? 'message'} of ${author.slice(0, 9)}… (${hash.slice(0, 8)})\n${cut}`
}

/** What a message says must not call anybody, nor make a link look like another: it is the text of a stranger. */
export function payloadFor(format, text) {
  if (format === 'discord') return { username: 'egregore', content: text, allowed_mentions: { parse: [] } }
  return { text: text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;') }
}

/** The server; it is not listening yet. */
export function createReceiver({ secret, chatUrl, format = formatOf(chatUrl), skipAuthors = [] }) {
  const posted = new Set()
  return createServer({ requestTimeout: 30_000 }, async (request, response) => {
    const answer = (status, headers = {}) => response.writeHead(status, headers).end()
    try {
      if (request.method !== 'POST') return answer(405, { allow: 'POST' })
      const body = await bodyOf(request)
      if (body === undefined) return answer(413, { connection: 'close' })
      if (!isGenuine(request.headers, body, secret, Date.now() / 1000)) return answer(401)
      const message = JSON.parse(body)
      if (posted.has(message.hash) || skipAuthors.includes(message.author)) return answer(204)
      const { status, headers } = await postToChat(chatUrl, payloadFor(format, chatText(message)))
      // The node is told what the chat says: it tries again when that is time, and keeps the message when it is never taken.
      if (status >= 300) {
        const wait = headers.get('retry-after')
        return answer(
          status === 429 ? 429 : 502,
          wait === null ? {} : { 'retry-after': String(Math.ceil(Number(wait))) },
        )
      }
      remember(posted, message.hash)
      return answer(204)
    } catch (error) {
      console.error(`not posted: ${error.cause?.code ?? error.message}`)
      return answer(502)
    }
  })
}

async function bodyOf(request) {
  const chunks = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += chunk.length
    if (bytes > BODY_BYTES_MAX) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function postToChat(url, payload) {
  const headers = { 'content-type': 'application/json' }
  const signal = AbortSignal.timeout(20_000)
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(payload), redirect: 'error', signal })
}

function remember(posted, hash) {
  posted.add(hash)
  const [oldest] = posted
  if (posted.size > REMEMBERED_MAX) posted.delete(oldest)
}

function formatOf(url) {
  return /(^|\.)discord(app)?\.com$/.test(new URL(url).hostname) ? 'discord' : 'slack'
}

function main({
  CHAT_WEBHOOK_URL,
  CHAT_FORMAT,
  WEBHOOK_SECRET,
  WEBHOOK_SECRET_FILE,
  SKIP_AUTHORS = '',
  PORT = '8765',
}) {
  const secret = WEBHOOK_SECRET_FILE === undefined ? WEBHOOK_SECRET : readFileSync(WEBHOOK_SECRET_FILE, 'utf8').trim()
  if (!secret || !CHAT_WEBHOOK_URL) {
    console.error('Set CHAT_WEBHOOK_URL, and WEBHOOK_SECRET or WEBHOOK_SECRET_FILE.')
    process.exit(2)
  }
  const skipAuthors = SKIP_AUTHORS.split(',')
  const server = createReceiver({ secret, chatUrl: CHAT_WEBHOOK_URL, format: CHAT_FORMAT, skipAuthors })
  server.listen(Number(PORT), '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${server.address().port}`))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main(process.env)
