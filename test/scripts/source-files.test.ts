import { expect, test } from 'vitest'
import { lineAt, pathsOf, withoutComments } from '../../scripts/source-files.ts'

test('blanks comments and leaves every position where it was', () => {
  const code = "a() // one\n/* two\n three */ b()\n/**\n * import x from './y.ts'\n */\nc()"
  const bare = withoutComments(code)
  expect(bare).toHaveLength(code.length)
  expect(bare.split('\n').map((line) => line.trim())).toEqual(['a()', '', 'b()', '', '', '', 'c()'])
})

test.each([
  ['a string', "const url = 'http://x/*y*/'"],
  ['a string with an escaped quote', "const text = 'it\\'s // here'"],
  ['a template over lines', 'const text = `a // b\n/* c */`'],
  ['a regular expression', 'const quote = /[\'"`/]\\/\\/*/.test(x)'],
  ['a division', 'const half = a / 2 / b'],
])('keeps what looks like a comment inside %s', (_, code) => {
  expect(withoutComments(code)).toBe(code)
})

test('finds a comment behind a regular expression that holds quotes', () => {
  expect(withoutComments("text.replace(/['\"]/g, '') // gone").trimEnd()).toBe("text.replace(/['\"]/g, '')")
})

test('counts lines from one', () => {
  expect([lineAt('a\nb', 0), lineAt('a\nb', 2)]).toEqual([1, 2])
})

test('names files from the repository down, folders left out', () => {
  const paths = pathsOf('scripts/**/*', 'package.json')
  expect(paths).toContain('package.json')
  expect(paths).toContain('scripts/source-files.ts')
  expect(paths).not.toContain('scripts')
})
