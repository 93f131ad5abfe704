import { expect, test } from 'vitest'
import { LINE_BYTES_MAX, linesOf } from '../../../src/cli/import/lines.ts'
import type { Line } from '../../../src/cli/import/lines.ts'

async function read(...chunks: (string | Uint8Array)[]): Promise<Line[]> {
  const lines: Line[] = []
  async function* source() {
    for (const chunk of chunks) yield Buffer.from(chunk)
  }
  for await (const line of linesOf(source())) lines.push(line)
  return lines
}

test('lines are numbered as an editor does, with and without an end behind the last', async () => {
  const expected = [
    { number: 1, text: 'one' },
    { number: 3, text: 'three' },
  ]
  expect(await read('one\n\nthree\n')).toEqual(expected)
  expect(await read('one\r\n\r\nthree')).toEqual(expected)
})

test('a line comes together from pieces, also within a character', async () => {
  const bytes = Buffer.from('café\nnext')
  expect(await read(bytes.subarray(0, 4), bytes.subarray(4))).toEqual([
    { number: 1, text: 'café' },
    { number: 2, text: 'next' },
  ])
})

test('a line at the limit is read, a longer one is told without its text', async () => {
  const [whole, more] = ['a'.repeat(LINE_BYTES_MAX), 'a'.repeat(LINE_BYTES_MAX + 1)]
  const lines = await read(`${whole}\n`, more.slice(0, 1000), `${more.slice(1000)}\n`, 'next')
  expect(lines.map(({ text }) => text?.length)).toEqual([LINE_BYTES_MAX, undefined, 4])
})

test('nothing has no lines', async () => {
  expect(await read()).toEqual([])
  expect(await read('\n\n')).toEqual([])
})
