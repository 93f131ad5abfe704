// The reference of the command line, from the program itself.

import { helpBehindOptions } from './examples.ts'
import type { Argument, Command, Option } from 'commander'

/** Every verb with its usage, arguments, options and examples, as Markdown. */
export function commandReference(program: Command): string {
  return leavesOf(program)
    .map(({ path, command }) => sectionOf(path, command))
    .join('\n\n')
}

/** A verb that does something itself, as `peers add`. */
export interface Leaf {
  /** `peers add` */
  path: string
  command: Command
}

/** Every verb that is shown to people. */
export function leavesOf(program: Command): Leaf[] {
  const shown = program.createHelp().visibleCommands(program)
  return shown.flatMap((command): Leaf[] => {
    const name = command.name()
    if (name === 'help') return []
    if (command.commands.length === 0) return [{ path: name, command }]
    return command.commands.map((part) => ({ path: `${name} ${part.name()}`, command: part }))
  })
}

function sectionOf(path: string, command: Command): string {
  const usage = ['egregore', path, ...command.registeredArguments.map(usageOf), '[options]'].join(' ')
  const options = command.createHelp().visibleOptions(command)
  const own = options.filter(({ long }) => path === 'start' || !EVERYWHERE.includes(long ?? ''))
  return [
    `## egregore ${path}`,
    sentence(command.description()),
    `\`\`\`console\n${usage}\n\`\`\``,
    tableOf('argument', command.registeredArguments.map(argumentRow)),
    tableOf('option', own.map(optionRow)),
    `\`\`\`console\n${helpBehindOptions(command)}\n\`\`\``,
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

/** Options of every verb that is about a node: the page says so once. */
const EVERYWHERE: readonly string[] = ['--data-dir', '--config', '--help']

function usageOf(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`
  return argument.required ? `<${name}>` : `[${name}]`
}

function argumentRow(argument: Argument): [string, string] {
  return [`\`${usageOf(argument)}\``, withChoices(argument.description, argument.argChoices)]
}

function optionRow({ flags, description, argChoices, defaultValue }: Option): [string, string] {
  const standard = defaultValue === undefined ? '' : ` (default: ${String(defaultValue)})`
  return [`\`${flags}\``, withChoices(description, argChoices) + standard]
}

function withChoices(description: string, choices: readonly string[] | undefined): string {
  return choices === undefined ? description : `${description}: ${choices.join(', ')}`
}

function tableOf(heading: string, rows: readonly (readonly [string, string])[]): string {
  if (rows.length === 0) return ''
  const cells = rows.map((row) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
  return [`| ${heading} | |`, '|---|---|', ...cells].join('\n')
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
