import { describe, expect, test } from 'vitest'
import { expectedAt } from '../../../src/cli/completion/expected.ts'
import { VALUES } from '../../../src/cli/completion/values.ts'
import { buildProgram } from '../../../src/cli/main.ts'
import type { Command } from 'commander'

const program = await buildProgram(undefined)

/** The words that may stand at the end of a line. */
function wordsAt(...line: string[]): string[] {
  const { expected } = expectedAt(program, line)
  return expected.kind === 'words' ? expected.words.map(({ value }) => value) : []
}

describe('words', () => {
  test('first the verbs, but not the one for shells', () => {
    expect(wordsAt('')).toEqual(expect.arrayContaining(['start', 'status', 'completion']))
    expect(wordsAt('')).not.toContain('complete')
  })

  test('then the parts of a verb, also behind its options', () => {
    expect(wordsAt('peers', '')).toEqual(['list', 'add', 'remove', 'why', 'unban'])
    expect(wordsAt('status', '')).toEqual([])
  })

  test('options of the verb, and of start without one', () => {
    expect(wordsAt('feed', '-')).toEqual(expect.arrayContaining(['--tag', '--follow', '--json', '--help']))
    expect(wordsAt('--')).toEqual(expect.arrayContaining(['--gossip-port', '--version', '--help']))
    expect(wordsAt('--gossip-port', '1', '--')).toContain('--peer')
  })

  test('choices of arguments and of options', () => {
    expect(wordsAt('connect', '')).toContain('claude')
    expect(wordsAt('connect', 'claude', '--scope', '')).toEqual(['user', 'project'])
    expect(wordsAt('connect', 'claude', '--scope=')).toEqual(['user', 'project'])
  })
})

test.each([
  [['peers', 'why', ''], 'peers why <peer>', []],
  [['hooks', 'retry', 'on-message', ''], 'hooks retry <hash>', ['on-message']],
  [['feed', '--tag', ''], '--tag', []],
  [['feed', '-f', '--data-dir', 'x', ''], 'feed <author>', []],
  [['search', 'one', 'two', ''], 'search <words>', ['one', 'two']],
  [['publish', '--', '--'], 'publish <content>', []],
])('%j expects the value of %s', (line, of, given) => {
  expect(expectedAt(program, line)).toEqual({ expected: { kind: 'value', of }, prefix: '', given })
})

test('a value behind = keeps what stands before it', () => {
  const place = { expected: { kind: 'value', of: '--tag' }, prefix: '--tag=', given: [] }
  expect(expectedAt(program, ['feed', '--tag=sq'])).toEqual(place)
})

test.each([[['import', '']], [['status', '--data-dir', '']], [['status', '--config=']], [['schema', 'add', '']]])(
  '%j expects a file',
  (line) => {
    expect(expectedAt(program, line).expected).toEqual({ kind: 'file' })
  },
)

test('every value that is asked of a node is expected somewhere', () => {
  const expected = new Set(everyCommand(program, []).flatMap(({ command, path }) => placesOf(command, path)))
  for (const of of Object.keys(VALUES)) expect(expected).toContain(of)
})

function everyCommand(command: Command, path: string[]): { command: Command; path: string[] }[] {
  const below = command.commands.flatMap((part) => everyCommand(part, [...path, part.name()]))
  return [{ command, path }, ...below]
}

function placesOf(command: Command, path: readonly string[]): (string | undefined)[] {
  const places = command.registeredArguments.map((argument) => `${path.join(' ')} <${argument.name()}>`)
  return [...places, ...command.options.map(({ long }) => long)]
}
