import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Command } from 'commander'

const COMMANDS = new URL('../../../src/cli/commands/', import.meta.url)

/** Every verb that a file of src/cli/commands makes. */
async function verbsIn(file: string): Promise<Command[]> {
  const made: Record<string, unknown> = await import(new URL(file, COMMANDS).href)
  const makers = Object.entries(made).filter(([name]) => name.endsWith('Command'))
  return makers.map(([, make]) => (make as (version: string) => Command)('0.0.0')) // By their name they are makers of commands.
}

/** Text behind the options is written by events, so it is not in helpInformation(). */
function helpOf(verb: Command): string {
  let text = ''
  verb.configureOutput({ writeOut: (part) => (text += part) }).outputHelp()
  return text
}

test.each(readdirSync(COMMANDS))('help of the verbs in %s shows examples', async (file) => {
  const verbs = await verbsIn(file)
  expect(verbs.length).toBeGreaterThan(0)
  const shown = verbs.map(helpOf).filter((help) => /\nExamples?:\n {2}\$ /.test(help))
  // Of two that belong together, such as block and unblock, one shows both.
  expect(shown.length).toBeGreaterThan(0)
})
