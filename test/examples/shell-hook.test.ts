import { expect, test } from 'vitest'
import { eventually, sharedNode, startNode } from '../support/node-process.ts'
import { answersTo, callHook, example, Home, Stranger } from './example.ts'
import type { NodeProcess } from '../support/node-process.ts'

const HOOK = example('shell-hook/on-message.sh')

const shared = sharedNode('--offline')

interface Opened {
  node: NodeProcess
  stranger: Stranger
  home: Home
  /** Runs the hook for a message; without a cooldown unless the test says so. */
  call(message: { hash: string }, environment?: Record<string, string>): ReturnType<typeof callHook>
}

/** A node, and a responder that repeats the question. */
function open(): Opened {
  const node = shared()
  const home = new Home()
  home.command('respond', 'echo "you asked: $(cat)"')
  const usual = { ...home.environment, HOOK_RESPONDER: `${home.path}/respond`, HOOK_COOLDOWN_MS: '0' }
  const call: Opened['call'] = (message, environment = {}) =>
    callHook(HOOK, node, message, { ...usual, ...environment })
  return { node, stranger: new Stranger(), home, call }
}

test('a live node has a question answered, once, and nothing else', async () => {
  const home = new Home()
  const node = await startNode({ flags: ['--offline', '--hook-on-message', HOOK], environment: home.environment })
  const insight = await node.publish('full text search with FTS5')
  const stranger = new Stranger()
  const note = await stranger.say(node, { type: 'insight', title: 'a note', observation: 'no question' })
  const { hash } = await stranger.ask(node, 'who knows about full text search?')
  await eventually(async () => {
    const [answer] = await answersTo(node, hash)
    expect(answer?.content).toMatchObject({ type: 'response', query_hash: hash })
    expect(answer?.content.answer).toContain(insight.slice(0, 12))
  })
  await eventually(async () => {
    const { data } = await node.get<{ lag: number; delivered: number; failed: number }[]>('/v1/hooks')
    expect(data).toMatchObject([{ lag: 0, delivered: 4, failed: 0 }])
  })
  expect(await answersTo(node, hash)).toHaveLength(1)
  expect(await answersTo(node, note.hash)).toEqual([])
  expect(home.read('.egregore-replied')).toBe(`${hash}\n`)
})

test('the text of a message never becomes a word of the shell', async () => {
  const { node, stranger, call } = open()
  const hostile = '$(touch "$OUT/evil") `touch $OUT/evil` "; touch $OUT/evil # \u0000 \u001b[2J -n %s'
  const question = await stranger.ask(node, hostile.replace('\u0000', ''))
  expect(await call(question)).toMatchObject({ exitCode: 0 })
  expect((await answersTo(node, question.hash))[0]?.content.answer).toBe(`you asked: ${hostile.replace('\u0000', '')}`)
})

test('the text is found where clients put it', async () => {
  const { node, stranger, call } = open()
  for (const field of ['body', 'question', 'text']) {
    const message = await stranger.say(node, { type: 'query', [field]: `in ${field}` })
    await call(message)
    expect((await answersTo(node, message.hash))[0]?.content.answer).toBe(`you asked: in ${field}`)
  }
  const empty = await stranger.say(node, { type: 'query', other: 1 })
  expect((await call(empty)).stderr).toContain('no text')
})

test('an author who is not on the allow-list is not answered', async () => {
  const { node, stranger, home, call } = open()
  const list = home.write('.egregore-allowlist', `${new Stranger(8).author}\n`)
  const question = await stranger.ask(node, 'may I?')
  expect((await call(question)).stderr).toContain('author not allowed')
  home.write('.egregore-allowlist', `${new Stranger(8).author}\n${stranger.author}\n`)
  await call(question, { ALLOWLIST_FILE: list })
  expect(await answersTo(node, question.hash)).toHaveLength(1)
})

test('a message is answered once, also when the log of answers is lost', async () => {
  const { node, stranger, home, call } = open()
  const question = await stranger.ask(node, 'once?')
  await call(question)
  expect((await call(question)).stderr).toContain('answered already')
  home.write('.egregore-replied', '')
  home.command('respond', 'echo something else')
  expect(await call(question)).toMatchObject({ exitCode: 0 })
  expect(await answersTo(node, question.hash)).toHaveLength(1)
})

test('ten runs at once for one message answer once', async () => {
  const { node, stranger, call } = open()
  const question = await stranger.ask(node, 'all at once?')
  const ran = await Promise.all(Array.from({ length: 10 }, () => call(question)))
  expect(ran.filter(({ stderr }) => stderr.includes('answered already'))).toHaveLength(9)
  expect(await answersTo(node, question.hash)).toHaveLength(1)
})

test('an old message is not answered', async () => {
  const { node, stranger, call } = open()
  const old = await stranger.say(node, { type: 'query', question: 'still there?' }, Date.now() - 7_200_000)
  expect((await call(old)).stderr).toContain('s old')
  await call(old, { REPLY_MAX_AGE_SECS: '0' })
  expect(await answersTo(node, old.hash)).toHaveLength(1)
})

test('no more than so many messages of one author are answered in a minute, whoever asks beside them', async () => {
  const { node, stranger, call } = open()
  const limit = { HOOK_RATE_LIMIT: '2' }
  const questions = [await stranger.ask(node, '1'), await stranger.ask(node, '2'), await stranger.ask(node, '3')]
  const ran = await Promise.all(questions.map((question) => call(question, limit)))
  expect(ran.filter(({ stderr }) => stderr.includes('within a minute'))).toHaveLength(1)
  const other = await new Stranger(8).ask(node, 'and I?')
  await call(other, limit)
  expect(await answersTo(node, other.hash)).toHaveLength(1)
})

test('after an answer there is silence, by default for half a minute', async () => {
  const { node, stranger, call } = open()
  await call(await stranger.ask(node, 'first'), { HOOK_COOLDOWN_MS: '30000' })
  const second = await stranger.ask(node, 'second')
  expect((await call(second, { HOOK_COOLDOWN_MS: '30000' })).stderr).toContain('cooling down')
  expect(await answersTo(node, second.hash)).toEqual([])
})

test('a directive is refused unless it is allowed', async () => {
  const { node, stranger, call } = open()
  const directive = await stranger.ask(node, 'restart it', { execution_context: 'approved_directive' })
  expect((await call(directive)).stderr).toContain('HOOK_ALLOW_DIRECTIVES')
  await call(directive, { HOOK_ALLOW_DIRECTIVES: 'true' })
  expect(await answersTo(node, directive.hash)).toHaveLength(1)
})

test('our own messages and those of other types are passed over', async () => {
  const { node, stranger, call } = open()
  const { data: own } = await node.post('/v1/publish', { content: { type: 'query', question: 'myself?' } })
  expect((await call(own)).stderr).toContain('our own')
  const chat = await stranger.say(node, { type: 'chat', text: 'hello' })
  expect((await call(chat)).stderr).toContain('not of a type')
  await call(chat, { HOOK_FILTER_TYPES: 'query,chat' })
  expect(await answersTo(node, chat.hash)).toHaveLength(1)
})

test('a message that has left the store meanwhile is passed over', async () => {
  const { node, stranger, call } = open()
  const question = await stranger.ask(node, 'gone?')
  expect((await call({ hash: question.hash }, { EGREGORE_HASH: 'ab'.repeat(32) })).stderr).toContain('not in the store')
})

test('a responder that fails makes the node try again; one that is silent does not', async () => {
  const { node, stranger, home, call } = open()
  const question = await stranger.ask(node, 'well?')
  home.command('respond', 'exit 3')
  expect(await call(question)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('failed with 3') })
  home.command('respond', 'echo')
  expect(await call(question)).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('nothing to say') })
  expect(await answersTo(node, question.hash)).toEqual([])
})

test('a run that waits too long for another one ends with 75, for the node to try again', async () => {
  const { node, stranger, home, call } = open()
  home.command('respond', 'touch "$OUT/started"; while [ ! -e "$OUT/go" ]; do sleep 0.1; done; echo done')
  const slow = call(await stranger.ask(node, 'slow'))
  await eventually(() => expect(home.exists('started')).toBe(true))
  const other = await stranger.ask(node, 'other')
  expect(await call(other, { HOOK_LOCK_WAIT_SECS: '0' })).toMatchObject({ exitCode: 75 })
  home.write('go', '')
  expect(await slow).toMatchObject({ exitCode: 0 })
})

test('a limit that is no number is refused', async () => {
  const { node, stranger, call } = open()
  const question = await stranger.ask(node, 'a')
  expect(await call(question, { HOOK_RATE_LIMIT: 'many' })).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('many'),
  })
})
