import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { shownTarget } from '../../src/hooks/hook.ts'
import { refuseUnfit } from '../../src/hooks/unfit.ts'
import { hookScript } from '../support/hook-script.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import { hookInit } from './open-hooks.ts'
import type { HookInit } from '../../src/hooks/index.ts'

function refusalOf(...hooks: HookInit[]): unknown {
  try {
    refuseUnfit(hooks)
    return undefined
  } catch (error) {
    return error
  }
}

const command = (path: string): HookInit => hookInit({ target: { kind: 'command', path } })
const webhook = (url: string): HookInit => hookInit({ target: { kind: 'webhook', url } })

test('hooks that can work are let pass', () => {
  const hooks = [command(hookScript('').path), { ...webhook('https://user:pass@example.org/?secret'), name: 'other' }]
  expect(refusalOf(...hooks)).toBeUndefined()
})

test('a command must be there, a file, and executable', () => {
  const directory = temporaryDirectory()
  const plain = join(directory, 'plain')
  writeFileSync(plain, '', { mode: 0o644 })
  expect(refusalOf(command('/no/hook'))).toMatchObject({
    code: 'HOOK_INVALID',
    message: expect.stringContaining('no such file'),
  })
  expect(refusalOf(command(directory))).toMatchObject({ message: expect.stringContaining('is not a file') })
  expect(refusalOf(command(plain))).toMatchObject({ message: expect.stringContaining('chmod +x') })
})

test.each(['not a URL', 'ftp://example.org/', 'file:///etc/passwd', 'HTTP//x'])('%s is no webhook', (url) => {
  expect(refusalOf(webhook(url))).toMatchObject({ code: 'HOOK_INVALID', message: expect.stringContaining('http://') })
})

test.each([
  'http://169.254.169.254/latest/meta-data/',
  'http://0xa9fea9fe/',
  'http://2852039166/',
  'http://[::ffff:169.254.169.254]/',
  'https://[fd00:ec2::254]/',
])('%s is refused, and its path is not repeated', (url) => {
  expect(refusalOf(webhook(url))).toMatchObject({
    code: 'HOOK_INVALID',
    message: 'The hook "hook" cannot work. Its URL leads to an address of cloud metadata, where no webhook may go.',
  })
})

test('two hooks of one name are refused', () => {
  expect(refusalOf(webhook('http://a/'), webhook('http://b/'))).toMatchObject({
    message: expect.stringContaining('same name'),
  })
})

test('of a URL only its origin is shown', () => {
  expect(shownTarget({ kind: 'webhook', url: 'https://user:pass@example.org:8443/token?token#token' })).toBe(
    'https://example.org:8443',
  )
  expect(shownTarget({ kind: 'command', path: '/a/b' })).toBe('/a/b')
})
