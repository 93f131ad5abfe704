import { describe, expect, test } from 'vitest'
import { messageText } from '../../src/api/index.ts'
import { chainOf, itemOf } from '../support/feeds.ts'
import { hookScript, RECORD } from '../support/hook-script.ts'
import { eventually } from '../support/node-process.ts'
import { identityOf, openLog, TEST_NOW } from '../support/open-log.ts'
import { openReceiver } from '../support/receiver.ts'
import { hookInit, publish, startHook } from './open-hooks.ts'
import type { HookInit } from '../../src/hooks/index.ts'
import type { MessageEntry } from '../../src/log/index.ts'
import type { Receiver } from '../support/receiver.ts'

const NO_FILTER = { contentTypes: [], tags: [], authors: [], agents: [], toMe: false }

function webhook({ url }: Receiver, init: Partial<HookInit> = {}): HookInit {
  return hookInit({ target: { kind: 'webhook', url }, ...init })
}

function hashesAt({ received }: Receiver): unknown[] {
  return received.map(({ headers }) => headers['idempotency-key'])
}

function hashesOf(entries: readonly MessageEntry[]): string[] {
  return entries.map(({ hash }) => hash)
}

/** As: it is JSON of ours. */
function textsAt({ received }: Receiver): string[] {
  return received.map(({ body }) => (JSON.parse(body) as { content: { text: string } }).content.text)
}

/** A webhook that fails as long as the test wants. */
async function openMoody(): Promise<{ receiver: Receiver; mood: { status: number } }> {
  const mood = { status: 500 }
  const receiver = await openReceiver((response) => response.writeHead(mood.status).end('moody'))
  return { receiver, mood }
}

describe('which messages', () => {
  test('a new hook begins at the end of the log, and gets our own messages', async () => {
    const on = openLog()
    await publish(on, 'before')
    const receiver = await openReceiver()
    const opened = startHook(webhook(receiver), on)
    const entry = await publish(on, 'after')
    await opened.settled()
    expect(receiver.received.map(({ body }) => body)).toEqual([messageText(entry)])
  })

  test('a hook that begins at the beginning gets what is there', async () => {
    const on = openLog()
    const entries = [await publish(on, 'one'), await publish(on, 'two')]
    const receiver = await openReceiver()
    const opened = startHook(webhook(receiver, { from: 'beginning', concurrency: 1 }), on)
    await opened.settled()
    expect(hashesAt(receiver)).toEqual(hashesOf(entries))
  })

  test('messages older than the limit are skipped and counted, whenever they arrive', async () => {
    const receiver = await openReceiver()
    const opened = startHook(webhook(receiver, { maxAgeMs: 3_000 }))
    opened.clock.now = TEST_NOW + 5_000
    const peer = identityOf(2)
    const drafts = ['0 s', '1 s', '2 s', '3 s'].map((text) => ({ content: { text } }))
    await opened.log.ingest(chainOf(peer, drafts).map(itemOf), 'a peer')
    await opened.settled()
    expect(textsAt(receiver).sort()).toEqual(['2 s', '3 s'])
    expect(opened.state()).toMatchObject({ delivered: 2, skipped: 2, lag: 0 })
  })

  test('a filter lets pass what has one of its types, one of its tags, its authors and its agents', async () => {
    const receiver = await openReceiver()
    const { author } = identityOf(1)
    const filter = {
      contentTypes: ['query', 'insight'],
      tags: ['sqlite'],
      authors: [author],
      agents: ['me'],
      toMe: false,
    }
    const opened = startHook(webhook(receiver, { filter }))
    const draft = (type: string, ...tags: string[]) => ({
      content: { type, text: `${type} ${tags}`, agent: 'me' },
      tags,
    })
    await opened.log.publish(draft('query', 'sqlite', 'other'))
    await opened.log.publish(draft('query', 'other'))
    await opened.log.publish(draft('note', 'sqlite'))
    await opened.log.publish({ content: { type: 'query', text: 'another agent', agent: 'you' }, tags: ['sqlite'] })
    await opened.log.publish({ content: 'no type', tags: ['sqlite'] })
    await opened.log.ingest(chainOf(identityOf(2), [draft('query', 'sqlite')]).map(itemOf), 'a peer')
    await opened.settled()
    expect(textsAt(receiver)).toEqual(['query sqlite,other'])
    expect(opened.state()).toMatchObject({ delivered: 1, skipped: 0 })
  })

  test('with to_me only what the inbox takes: to us, to a role of ours, to everybody, in answer to us; not of muted authors', async () => {
    const receiver = await openReceiver()
    const on = openLog()
    const opened = startHook(webhook(receiver, { filter: { ...NO_FILTER, toMe: true }, concurrency: 1 }), on)
    const [ada, muted] = [identityOf(2), identityOf(3)]
    opened.mailbox.mute(muted.author, TEST_NOW)
    const ours = await publish(opened, 'ours, to everybody', 'message')
    const { author } = on.identity
    const say = (text: string, more: object = {}) => ({ content: { type: 'message', text, ...more } })
    await on.log.ingest(
      chainOf(ada, [
        say('to all'),
        say('to us', { to: [author] }),
        say('to another', { to: [muted.author] }),
        say('to on-call before we are', { to: ['role:on-call'] }),
        say('in answer', { to: [muted.author], reply_to: ours.hash }),
        { content: { type: 'insight', title: 'no message', text: 'no message' } },
      ]).map(itemOf),
      'a peer',
    )
    await on.log.ingest(chainOf(muted, [say('muted', { to: [author] })]).map(itemOf), 'a peer')
    await opened.settled()
    await on.log.publish({ content: { type: 'profile', name: 'Us', role: 'on-call' } })
    await opened.settled()
    const other = identityOf(4)
    await on.log.ingest(chainOf(other, [say('to on-call', { to: ['role:on-call'] })]).map(itemOf), 'a peer')
    await opened.settled()
    expect(textsAt(receiver)).toEqual(['to all', 'to us', 'in answer', 'to on-call'])
  })

  test('neither blocked nor expired messages, nor those behind a fork, are delivered', async () => {
    const receiver = await openReceiver()
    const on = openLog()
    const [blocked, forked] = [identityOf(2), identityOf(3)]
    on.log.selection.block(blocked.author)
    await on.log.publish({ content: { text: 'expired' }, expiresAt: '2026-01-01T00:00:01Z' })
    await on.log.ingest(chainOf(forked, [{ content: { text: 'one' } }]).map(itemOf), 'a peer')
    await on.log.ingest(chainOf(forked, [{ content: { text: 'another' } }]).map(itemOf), 'a peer')
    await publish(on, 'shown')
    on.clock.now += 2_000
    const opened = startHook(webhook(receiver, { from: 'beginning' }), on)
    await opened.settled()
    expect(textsAt(receiver)).toEqual(['shown'])
  })

  test('a message whose author is blocked between two attempts is given up in silence', async () => {
    const { receiver } = await openMoody()
    const opened = startHook(webhook(receiver, { retriesMax: 1_000_000 }))
    const peer = identityOf(2)
    await opened.log.ingest(chainOf(peer, [{ content: { text: 'a' } }]).map(itemOf), 'a peer')
    await eventually(() => expect(receiver.received.length).toBeGreaterThan(1))
    opened.log.selection.block(peer.author)
    await opened.settled()
    expect(opened.state()).toMatchObject({ delivered: 0, failed: 0, deadLetters: 0 })
  })
})

describe('attempts', () => {
  test('a message that is not taken is tried again, and its attempts are numbered', async () => {
    let count = 0
    const receiver = await openReceiver((response) => response.writeHead(++count < 3 ? 500 : 200).end())
    const opened = startHook(webhook(receiver, { retriesMax: 3 }))
    await publish(opened, 'a')
    await opened.settled()
    expect(receiver.received.map(({ headers }) => headers['egregore-attempt'])).toEqual(['1', '2', '3'])
    expect(opened.state()).toMatchObject({ delivered: 1, failed: 0, lastFailure: { reason: 'It answered 500.' } })
  })

  test('a message that is never taken becomes a dead letter after its last retry, and the next one has its turn', async () => {
    const { receiver, mood } = await openMoody()
    const opened = startHook(webhook(receiver, { retriesMax: 2 }))
    const { hash, author, offset } = await publish(opened, 'a')
    await opened.settled()
    expect(receiver.received).toHaveLength(3)
    const failedAt = TEST_NOW
    const letter = { hash, author, offset, attempts: 3, reason: 'It answered 500.', output: 'moody', failedAt }
    expect(opened.hooks.letters('hook')).toEqual([letter])
    mood.status = 200
    await publish(opened, 'b')
    await opened.settled()
    expect(opened.state()).toMatchObject({ delivered: 1, failed: 1, deadLetters: 1 })
  })

  test('a receiver that asks for time gets it from every message', async () => {
    let count = 0
    const receiver = await openReceiver((response) => {
      if (++count === 1) response.writeHead(429, { 'retry-after': '60' }).end()
      else response.writeHead(200).end()
    })
    const opened = startHook(webhook(receiver, { retriesMax: 1, concurrency: 1 }))
    await publish(opened, 'a')
    await eventually(() => expect(opened.state().quietUntil).toBe(TEST_NOW + 60_000))
    expect(receiver.received).toHaveLength(1)
    const again = await opened.restart()
    await again.settled()
    expect(again.state()).toMatchObject({ delivered: 1, quietUntil: undefined })
  })
})

describe('order and restarts', () => {
  test('as many messages are under way as the hook allows, and no more', async () => {
    const hook = hookScript(`${RECORD}; while [ ! -e "$OUT/go" ]; do sleep 0.05; done`)
    const opened = startHook(hookInit({ target: { kind: 'command', path: hook.path }, concurrency: 4 }))
    for (const text of ['1', '2', '3', '4', '5', '6']) await publish(opened, text)
    await eventually(() => expect(hook.lines('messages')).toHaveLength(4))
    expect(opened.state()).toMatchObject({ underWay: 4, cursor: 0, lag: 6 })
    hook.write('go', '')
    await opened.settled()
    expect(hook.lines('messages')).toHaveLength(6)
  })

  test('a restart delivers what was under way, and not what was finished behind it', async () => {
    const hook = hookScript(`${RECORD}; [ "$EGREGORE_SEQUENCE" != 1 ] || [ -e "$OUT/go" ] || exec sleep 1000`)
    const opened = startHook(hookInit({ target: { kind: 'command', path: hook.path } }))
    for (const text of ['1', '2', '3']) await publish(opened, text)
    await eventually(() => expect(opened.state()).toMatchObject({ delivered: 2, cursor: 0, underWay: 1 }))
    hook.write('go', '')
    const again = await opened.restart()
    await again.settled()
    expect(again.state()).toMatchObject({ delivered: 3, cursor: 3 })
    const sequences = hook.lines('messages').map((line) => (JSON.parse(line) as MessageEntry).sequence)
    expect(sequences.sort()).toEqual([1, 1, 2, 3])
  })

  test('a hook that never heard anything has its place after a restart', async () => {
    const receiver = await openReceiver()
    const opened = startHook(webhook(receiver))
    await opened.hooks.stop()
    const entry = await publish(opened, 'while it was away')
    const again = await opened.restart()
    await again.settled()
    expect(hashesAt(receiver)).toEqual([entry.hash])
  })

  test('what a filter passed over is not read again after a restart', async () => {
    const receiver = await openReceiver()
    const filter = { ...NO_FILTER, contentTypes: ['query'] }
    const opened = startHook(webhook(receiver, { filter }))
    await publish(opened, 'passed')
    await opened.settled()
    const again = await opened.restart({ filter: NO_FILTER })
    await again.settled()
    expect(receiver.received).toEqual([])
    expect(again.state().cursor).toBe(1)
  })

  test('under another name it is another hook', async () => {
    const receiver = await openReceiver()
    const opened = startHook(webhook(receiver))
    await publish(opened, 'a')
    await opened.settled()
    const again = await opened.restart({ name: 'another' })
    expect(again.state()).toMatchObject({ delivered: 0, cursor: 1 })
  })

  test('while the store cannot write, nothing is lost and nothing counts as done', async () => {
    const { receiver } = await openMoody()
    const opened = startHook(webhook(receiver))
    opened.database.exec("CREATE TRIGGER full BEFORE INSERT ON hook_letters BEGIN SELECT RAISE(ABORT, 'full'); END")
    await publish(opened, 'a')
    await eventually(() => expect(receiver.received).toHaveLength(1))
    expect(opened.state()).toMatchObject({ cursor: 0, failed: 0 })
    opened.database.exec('DROP TRIGGER full')
    await opened.settled()
    expect(opened.state()).toMatchObject({ cursor: 1, failed: 1, deadLetters: 1 })
  })
})

describe('dead letters', () => {
  test('one that is tried again goes when its message is taken, and stays when it is not', async () => {
    const { receiver, mood } = await openMoody()
    const opened = startHook(webhook(receiver))
    const { hash } = await publish(opened, 'a')
    await opened.settled()
    await opened.hooks.retry('hook', hash)
    await opened.settled()
    expect(opened.hooks.letters('hook')).toMatchObject([{ hash, attempts: 2 }])
    mood.status = 200
    await opened.hooks.retry('hook', 'all')
    await opened.settled()
    expect(opened.state()).toMatchObject({ delivered: 1, failed: 1, deadLetters: 0 })
  })

  test('what is new does not wait for all letters that are tried again', async () => {
    const hook = hookScript(`${RECORD}; [ -e "$OUT/go" ] || exit 1; [ "$EGREGORE_SEQUENCE" = 4 ] || exec sleep 1000`)
    const opened = startHook(hookInit({ target: { kind: 'command', path: hook.path }, concurrency: 2 }))
    for (const text of ['1', '2', '3']) await publish(opened, text)
    await opened.settled()
    hook.write('go', '')
    await opened.hooks.retry('hook', 'all')
    await eventually(() => expect(hook.lines('messages')).toHaveLength(4))
    await publish(opened, '4')
    await eventually(() => expect(opened.state()).toMatchObject({ delivered: 1, deadLetters: 3, underWay: 1, lag: 0 }))
  })

  test('they survive a restart, and can be dropped one by one and all at once', async () => {
    const { receiver } = await openMoody()
    const opened = startHook(webhook(receiver))
    const [first] = [await publish(opened, 'a'), await publish(opened, 'b'), await publish(opened, 'c')]
    await opened.settled()
    const { hooks } = await opened.restart()
    hooks.drop('hook', first.hash)
    expect(hooks.letters('hook')).toHaveLength(2)
    hooks.drop('hook', 'all')
    expect(hooks.letters('hook')).toEqual([])
  })

  test('one that is dropped while it is tried again does not come back', async () => {
    const { receiver } = await openMoody()
    const opened = startHook(webhook(receiver))
    const { hash } = await publish(opened, 'a')
    await opened.settled()
    await opened.hooks.retry('hook', hash)
    opened.hooks.drop('hook', hash)
    await opened.settled()
    expect(receiver.received).toHaveLength(2)
    expect(opened.hooks.letters('hook')).toEqual([])
  })

  test('the oldest go when there are a thousand', () => {
    const opened = startHook(webhook({ url: 'http://127.0.0.1:1', received: [] }))
    const progress = { cursor: 0, delivered: 0, skipped: 0, failed: 0 }
    const hashOf = (offset: number): string => String(offset).padStart(64, '0')
    for (let offset = 1; offset <= 1_001; offset++) {
      const hash = hashOf(offset) as MessageEntry['hash'] // As: 64 digits.
      const letter = { offset, hash, author: opened.identity.author, attempts: 1, reason: '', output: '', failedAt: 0 }
      opened.hookStore.finish('hook', { progress, offset, letter, lettersMax: 1_000 })
    }
    const letters = opened.hooks.letters('hook')
    expect([letters.length, letters[0]?.offset, letters.at(-1)?.offset]).toEqual([1_000, 2, 1_001])
  })

  test('what is not there is refused by its code', async () => {
    const { receiver } = await openMoody()
    const opened = startHook(webhook(receiver))
    const { hash } = await publish(opened, 'a')
    const other = 'ab'.repeat(32) as MessageEntry['hash'] // As: 64 hex.
    await opened.settled()
    expect(() => opened.hooks.letters('no hook')).toThrow(expect.objectContaining({ code: 'HOOK_UNKNOWN' }))
    expect(() => opened.hooks.drop('hook', other)).toThrow(expect.objectContaining({ code: 'HOOK_LETTER_UNKNOWN' }))
    await expect(opened.hooks.retry('hook', other)).rejects.toMatchObject({ code: 'HOOK_LETTER_UNKNOWN' })
    opened.database.exec('DELETE FROM entries')
    await expect(opened.hooks.retry('hook', hash)).rejects.toMatchObject({ code: 'HOOK_MESSAGE_GONE' })
    await opened.hooks.retry('hook', 'all')
    expect(opened.hooks.letters('hook')).toHaveLength(1)
  })
})
