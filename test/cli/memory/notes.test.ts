import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { linesOf } from '../../../src/cli/import/lines.ts'
import { notesInFolder, notesInMarkdown } from '../../../src/cli/memory/claude-folder.ts'
import { readMarkdown } from '../../../src/cli/memory/markdown.ts'
import { notesInLines } from '../../../src/cli/memory/note-lines.ts'
import { temporaryDirectory } from '../../support/temporary.ts'

function write(root: string, path: string, text: string): string {
  const file = join(root, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  return file
}

describe('Markdown', () => {
  test('is split at its headings, each with those above it', () => {
    const { sections } = readMarkdown('before\n\n# One\ntext\n## Two\n\nmore\nand more\n# Empty\n## Three ##\nend')
    expect(sections).toEqual([
      { headings: [], text: 'before', line: 1 },
      { headings: ['One'], text: 'text', line: 4 },
      { headings: ['One', 'Two'], text: 'more\nand more', line: 7 },
      { headings: ['Empty', 'Three'], text: 'end', line: 11 },
    ])
  })

  test('a heading in code is code', () => {
    const { sections } = readMarkdown('# Build\n```sh\n# not a heading\nmake\n```\n~~~\n# nor this\n~~~\n')
    expect(sections).toEqual([
      { headings: ['Build'], text: '```sh\n# not a heading\nmake\n```\n~~~\n# nor this\n~~~', line: 2 },
    ])
  })

  test.each([
    ['---\nname: deploys\nmetadata:\n  type: project\n---\ntext', { name: 'deploys', metadata: { type: 'project' } }],
    ['---\n- a\n---\ntext', {}],
    ['---\nname: [\n---\ntext', {}],
    ['---\r\nname: x\r\n---\r\ntext', { name: 'x' }],
  ])('front matter is read where there is some: %j', (source, front) => {
    const read = readMarkdown(source)
    expect(read.front).toEqual(front)
    expect(read.sections).toMatchObject([{ text: 'text' }])
  })

  test('three dashes that nothing closes are text', () => {
    expect(readMarkdown('---\nname: x').sections).toMatchObject([{ text: '---\nname: x' }])
  })
})

describe('a folder of Claude’s', () => {
  test('gives each heading of each note, with category, title and project', async () => {
    const root = temporaryDirectory()
    const shop = join(root, 'work', 'my-shop')
    mkdirSync(shop, { recursive: true })
    const encoded = shop.replaceAll('/', '-')
    write(root, '.claude/CLAUDE.md', 'Answer in German.')
    write(root, `.claude/projects/${encoded}/memory/MEMORY.md`, '- [Deploys](deploys.md) — when\n')
    write(
      root,
      `.claude/projects/${encoded}/memory/deploys.md`,
      '---\nname: deploys\ndescription: When to deploy\ntype: feedback\n---\nNot on Fridays.\n',
    )
    write(root, '.claude/projects/-gone-for-good/memory/note.md', '# Ports\n5433\n')
    write(root, '.claude/projects/-gone-for-good/session.md', 'no note')
    const notes = await Array.fromAsync(notesInFolder(join(root, '.claude'), {}))
    expect(notes).toMatchObject([
      { memory: { content: 'Answer in German.', category: 'rules' } },
      { memory: { content: '5433', title: 'Ports', category: 'project', project: 'gone-for-good' } },
      {
        place: expect.stringMatching(/deploys\.md:6$/),
        memory: { content: 'Not on Fridays.', title: 'When to deploy', category: 'rules', project: 'my-shop' },
      },
    ])
    expect(notes[0]).not.toHaveProperty('memory.project')
  })

  test('a CLAUDE.md belongs to the project that it stands in; what is told wins', async () => {
    const root = temporaryDirectory()
    write(root, 'shop/CLAUDE.md', '# Tests\nRun them with make test.\n')
    write(root, 'shop/node_modules/x/CLAUDE.md', 'not ours')
    const notes = await Array.fromAsync(notesInFolder(join(root, 'shop'), {}))
    expect(notes).toMatchObject([{ memory: { title: 'Tests', project: 'shop', category: 'rules' } }])
    const told = [...notesInMarkdown(join(root, 'shop/CLAUDE.md'), { project: 'bank', category: 'runbooks' })]
    expect(told).toMatchObject([{ memory: { project: 'bank', category: 'runbooks' } }])
  })

  test('a file that is no note, and a folder without notes, are told', async () => {
    const root = temporaryDirectory()
    const large = write(root, 'memory/large.md', 'x'.repeat(1024 * 1024 + 1))
    expect([...notesInMarkdown(large, {})]).toMatchObject([
      { place: `${large}:1`, fault: expect.stringContaining('1 MiB') },
    ])
    await expect(Array.fromAsync(notesInFolder(temporaryDirectory(), {}))).rejects.toMatchObject({ code: 'NO_NOTES' })
  })
})

test('lines are objects or plain words; each that is neither is told by its number, and the others are kept', async () => {
  const text = 'plain words\n\n{"content":"a","category":"rules","tags":["x"]}\n{"content":5}\n{"content":\n[1]\n'
  const lines = linesOf(Readable.from([Buffer.from(text)]))
  const notes = await Array.fromAsync(notesInLines(lines, 'notes', { category: 'project', project: undefined }))
  expect(notes).toEqual([
    { place: 'notes:1', memory: { content: 'plain words', category: 'project' } },
    { place: 'notes:3', memory: { content: 'a', category: 'rules', tags: ['x'] } },
    { place: 'notes:4', fault: expect.stringContaining('no content') },
    { place: 'notes:5', fault: expect.stringContaining('quotes and commas') },
    { place: 'notes:6', memory: { content: '[1]', category: 'project' } },
  ])
})

test('what never ends is no file of notes', () => {
  expect(() => [...notesInMarkdown('/dev/zero', {})]).toThrow(
    expect.objectContaining({ code: 'FILE_UNREADABLE', message: expect.stringContaining('1,048,576 bytes') }),
  )
})
