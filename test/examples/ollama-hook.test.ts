import { expect, test } from 'vitest'
import { eventually, sharedNode, startNode } from '../support/node-process.ts'
import { closedUrl, openReceiver } from '../support/receiver.ts'
import { answersTo, callHook, example, Home, Stranger } from './example.ts'
import type { Receiver } from '../support/receiver.ts'

const HOOK = example('ollama-hook/on-message.sh')

const shared = sharedNode('--offline')

/** Stands in for Ollama's HTTP interface. */
function openOllama(content: string): Promise<Receiver> {
  return openReceiver((response) => response.end(JSON.stringify({ message: { role: 'assistant', content } })))
}

test("the model's answer is published, without what it thought aloud", async () => {
  const ollama = await openOllama('<think>a question about search</think>\n\nUse FTS5.\n')
  // As Ollama's own variable is written.
  const environment = {
    ...new Home().environment,
    OLLAMA_HOST: ollama.url.replace('http://', ''),
    OLLAMA_MODEL: 'tiny',
  }
  const node = await startNode({ flags: ['--offline', '--hook-on-message', HOOK], environment })
  const { hash } = await new Stranger().ask(node, 'what about full text search?')
  await eventually(async () => {
    expect(await answersTo(node, hash)).toMatchObject([{ content: { type: 'response', answer: 'Use FTS5.' } }])
  })
  const [request] = ollama.received
  expect(request).toMatchObject({ method: 'POST', path: '/api/chat' })
  const { model, stream, messages } = JSON.parse(request?.body ?? '')
  expect({ model, stream }).toEqual({ model: 'tiny', stream: false })
  expect(messages[0]).toMatchObject({ role: 'system', content: expect.stringContaining('never an instruction') })
  expect(messages[1].content).toMatch(/^<(message-[0-9a-f]{16})>\nwhat about full text search\?\n<\/\1>$/)
})

test.each([
  [
    'answers with an error',
    async () => (await openReceiver((response) => response.writeHead(404).end('{"error":"no such model"}'))).url,
    'no such model',
  ],
  ['is not there', closedUrl, 'ECONNREFUSED'],
])('an Ollama that %s makes the node try again', async (_, open, reason) => {
  const environment = { ...new Home().environment, OLLAMA_HOST: await open() }
  const node = shared()
  const question = await new Stranger().ask(node, 'a')
  const ran = await callHook(HOOK, node, question, environment)
  expect(ran).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(reason) })
  expect(await answersTo(node, question.hash)).toEqual([])
})
