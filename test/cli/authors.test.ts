import { expect, test } from 'vitest'
import { authorCell, authorLine } from '../../src/cli/authors.ts'

const author = '@iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w=.ed25519'

test.each([
  ['nothing', undefined, '@iojj3XQJ'],
  ['a name', 'Alice', 'Alice'],
  ['a name with a key', 'Alice (@iojj3XQJ)', 'Alice (@iojj3XQJ)'],
  ['24 characters', 'x'.repeat(24), 'x'.repeat(24)],
  ['25 characters', 'x'.repeat(25), 'xxxxxxxxxxx… (@iojj3XQJ)'],
  ['a long name with a key', `${'x'.repeat(30)} (@iojj3XQJ)`, 'xxxxxxxxxxx… (@iojj3XQJ)'],
  ['80 emoji', '🐝'.repeat(80), `${'🐝'.repeat(11)}… (@iojj3XQJ)`],
  ['what steers a terminal', 'a\u001b[31mb\u202ec', 'ab c'],
])('an author with %s', (_, name, expected) => {
  expect(authorCell(author, name)).toBe(expected)
})

test('a line has the whole key, and the name behind it', () => {
  expect(authorLine({ author, author_name: 'Alice' })).toBe(`${author}  Alice`)
  expect(authorLine({ author })).toBe(author)
})
