import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { helpBehindOptions } from '../../../src/cli/examples.ts'
import { buildProgram } from '../../../src/cli/main.ts'
import { leavesOf } from '../../../src/cli/reference.ts'

const COMMANDS = new URL('../../../src/cli/commands/', import.meta.url)
const PAGE = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8')

const program = await buildProgram(undefined)

/** Those that print what no envelope is around, or nothing. */
const WITHOUT_JSON = ['completion', 'config schema', 'mcp']

test.each(leavesOf(program))('help of $path shows an example of it, and the reference has it', ({ path, command }) => {
  const examples = helpBehindOptions(command)
    .split('\n')
    .filter((line) => line.startsWith('  $ '))
  const isStart = path === 'start'
  expect(examples.filter((line) => isStart || `${line} `.includes(`egregore ${path} `))).not.toEqual([])
  expect(PAGE).toContain(`\n## egregore ${path}\n`)
})

test.each(leavesOf(program))('$path has --json, or a reason to have none', ({ path, command }) => {
  const hasJson = command.options.some(({ long }) => long === '--json')
  expect(hasJson).toBe(!WITHOUT_JSON.includes(path))
})

test('every file of commands makes a verb of the program', async () => {
  const names = new Set(program.commands.map((command) => command.name()))
  for (const file of readdirSync(COMMANDS)) {
    const made: Record<string, unknown> = await import(new URL(file, COMMANDS).href)
    const makers = Object.keys(made).filter((name) => name.endsWith('Command'))
    expect(makers).not.toEqual([])
    for (const maker of makers) expect(names).toContain(maker.slice(0, -'Command'.length))
  }
})
