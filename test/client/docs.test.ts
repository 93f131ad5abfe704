// What docs/client.md shows is run as it stands there.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test, vi } from 'vitest'
import { temporaryDirectory } from '../support/temporary.ts'
import { serve } from './serve.ts'

const REPOSITORY = join(import.meta.dirname, '..', '..')

test('the example of docs/client.md does what it says', async () => {
  const { url, log } = await serve()
  const [example = ''] =
    /(?<=```ts\n)[\s\S]*?(?=```)/.exec(readFileSync(join(REPOSITORY, 'docs/client.md'), 'utf8')) ?? []
  const file = join(temporaryDirectory(), 'example.mts')
  const client = pathToFileURL(join(REPOSITORY, 'src/client/index.ts')).href
  const code = [
    `const [url, token] = [${JSON.stringify(url)}, undefined]`,
    example.replace("'egregore/client'", JSON.stringify(client)),
    'export { published, messages, metadata, found }',
  ]
  writeFileSync(file, code.join('\n'))
  const said = vi.spyOn(console, 'log').mockImplementation(() => {})
  onTestFinished(() => said.mockRestore())
  const { published, messages, metadata, found } = await import(pathToFileURL(file).href)
  expect(log.counts().messages).toBe(1)
  expect(messages).toEqual([published.data])
  expect(metadata).toMatchObject({ total: 1 })
  expect(found).toMatchObject([{ hash: published.data.hash }])
  expect(said).toHaveBeenCalledWith('NOT_FOUND', 404, expect.stringContaining('0000'))
})
