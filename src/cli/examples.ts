// The examples in help: each verb shows some, and a part of a verb, as `peers add`, at least those of its group that are about it.

import type { Command } from 'commander'

/** What stands behind the options in help, such as examples: it is written by events, and not in helpInformation(). */
export function helpBehindOptions(command: Command): string {
  let text = ''
  const before = { ...command.configureOutput() }
  command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp()
  command.configureOutput(before)
  return text.slice(command.helpInformation().length).trim()
}

/** Gives parts without examples of their own those of their group that are about them. */
export function shareExamples(group: Command): void {
  const examples = group.commands.length === 0 ? [] : helpBehindOptions(group).split('\n')
  for (const part of group.commands.filter((one) => helpBehindOptions(one) === '')) {
    const name = `egregore ${group.name()} ${part.name()} `
    const lines = examples.filter((line) => `${line} `.includes(name))
    if (lines.length > 0) part.addHelpText('after', ['\nExamples:', ...lines].join('\n'))
  }
}
