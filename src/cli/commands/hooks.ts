// egregore hooks: how far each hook has come, and what to do with the messages that it failed for.

import { Command } from 'commander'
import { nodeOf, withNodeOptions } from '../node-options.ts'
import { age, cut, plain, print, printJson, printTable, shortAuthor } from '../output.ts'
import type { HookData, HookLetterData } from '../../api/index.ts'
import type { NodeOptions } from '../node-options.ts'

const WHY_WIDTH = 300

const EXAMPLES = `
Examples:
  $ egregore hooks list
  $ egregore hooks letters on-message
  $ egregore hooks retry on-message all
  $ egregore hooks drop on-message all`

export function hooksCommand(): Command {
  const hooks = new Command('hooks').description('commands and webhooks that this node calls for messages')
  hooks.addCommand(withNodeOptions(new Command('list').description('all hooks and their state')).action(listHooks), {
    isDefault: true,
  })
  hooks.addCommand(
    withNodeOptions(new Command('letters').description('the messages that a hook failed for'))
      .argument('<hook>', 'its name')
      .action(listLetters),
  )
  hooks.addCommand(
    withNodeOptions(new Command('retry').description('deliver such a message again'))
      .argument('<hook>', 'its name')
      .argument('<hash>', 'of the message, or "all"')
      .action(retryLetter),
  )
  hooks.addCommand(
    withNodeOptions(new Command('drop').description('forget that a hook failed for a message'))
      .argument('<hook>', 'its name')
      .argument('<hash>', 'of the message, or "all"')
      .action(dropLetter),
  )
  return hooks.addHelpText('after', EXAMPLES)
}

async function listHooks(options: NodeOptions): Promise<void> {
  const { data } = await (await nodeOf(options)).get('/v1/hooks')
  if (options.json) return printJson(data)
  if (data.length === 0) return print('No hooks. Give this node one with --hook-on-message or --hook-webhook-url.')
  const headings = ['NAME', 'CALLS', 'LAG', 'DELIVERED', 'SKIPPED', 'FAILED', 'LETTERS', 'LAST ERROR']
  printTable(headings, data.map(rowOf))
}

function rowOf(hook: HookData): string[] {
  const { name, target, lag, delivered, skipped, failed, dead_letters: letters, last_error: error } = hook
  const counts = [lag, delivered, skipped, failed, letters].map(String)
  return [
    plain(name),
    plain(target),
    ...counts,
    error === undefined ? '' : `${age(error.time, Date.now())} ago: ${plain(error.reason)}`,
  ]
}

async function listLetters(hook: string, options: NodeOptions): Promise<void> {
  const { data } = await (await nodeOf(options)).get('/v1/hooks/{hook}/dead-letters', { params: { hook } })
  if (options.json) return printJson(data)
  if (data.length === 0) return print(`${hook} has no dead letters.`)
  for (const letter of data) printLetter(letter)
}

/** Two lines: a hash takes most of one, and the reason is what a person looks for. */
function printLetter({ hash, author, attempts, reason, output, failed_at: failedAt }: HookLetterData): void {
  const tried = attempts === 1 ? 'one attempt' : `${attempts} attempts`
  print(`${hash}  of ${shortAuthor(author)}, ${age(failedAt, Date.now())} ago, ${tried}`)
  print(`  ${cut(plain(`${reason} ${output}`), WHY_WIDTH)}`)
}

async function retryLetter(hook: string, hash: string, options: NodeOptions): Promise<void> {
  await (await nodeOf(options)).post('/v1/hooks/{hook}/dead-letters/{letter}/retry', { params: { hook, letter: hash } })
  if (options.json) return printJson({ retried: hash })
  print(`${hook} is called again; "egregore hooks" shows how it goes`)
}

async function dropLetter(hook: string, hash: string, options: NodeOptions): Promise<void> {
  await (await nodeOf(options)).delete('/v1/hooks/{hook}/dead-letters/{letter}', { params: { hook, letter: hash } })
  if (options.json) return printJson({ dropped: hash })
  print(hash === 'all' ? `all dead letters of ${hook} are gone` : `the letter of ${hash} is gone`)
}
