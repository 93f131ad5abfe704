// egregore memory: what agents remember, and bringing along what they remembered elsewhere. What each verb does stands in memory/.

import { Command } from 'commander'
import { importFrom } from '../memory/importing.ts'
import { get, recall, recent } from '../memory/listing.ts'
import { forget, remember, restore, retract, supersede } from '../memory/writing.ts'
import { collect, parseCount, withNodeOptions } from '../node-options.ts'

const EXAMPLES = `
Examples:
  $ egregore memory remember --project shop --title "Staging port" "Staging Postgres listens on 5433."
  $ egregore memory recall which port does staging use
  $ egregore memory recent --project shop
  $ egregore memory get 1a2b3c4d
  $ egregore memory supersede 1a2b3c4d "Staging Postgres listens on 5434."
  $ egregore memory retract 1a2b3c4d
  $ egregore memory restore 1a2b3c4d
  $ egregore memory forget 1a2b3c4d
  $ egregore memory import ~/.claude --preview`

export function memoryCommand(): Command {
  const memory = new Command('memory').description('what agents remember: here alone, or in the mesh')
  memory.addCommand(
    withFields(withNodeOptions(new Command('remember').description('remember something')))
      .argument('<text...>', 'what is to be remembered; - reads from standard input')
      .option('--local', 'on this machine alone: never signed, never sent')
      .action(remember),
  )
  memory.addCommand(
    withFilters(withNodeOptions(new Command('recall').description('look for something, best first')))
      .argument('<words...>', 'words, or a question')
      .action(recall),
  )
  memory.addCommand(
    withFilters(withNodeOptions(new Command('recent').description('the newest memories'))).action(recent),
  )
  memory.addCommand(
    withNodeOptions(new Command('get').description('one memory, whole'))
      .argument('<id>', 'its hash, the beginning of that, or its local id')
      .action(get),
  )
  memory.addCommand(
    withFields(
      withNodeOptions(
        new Command('supersede').description('put a new version in the place of one of ours; what is not given stays'),
      ),
    )
      .argument('<id>', 'of any version')
      .argument('<text...>', 'the whole new text; - reads from standard input')
      .action(supersede),
  )
  memory.addCommand(
    withReason(
      withNodeOptions(new Command('forget').description('erase one of ours for good; peers are asked to as well')),
    ).action(forget),
  )
  memory.addCommand(
    withReason(withNodeOptions(new Command('retract').description('hide one of ours from everybody'))).action(retract),
  )
  memory.addCommand(
    withNodeOptions(new Command('restore').description('show one again that was retracted'))
      .argument('<id>', 'of any version')
      .action(restore),
  )
  memory.addCommand(
    withNodeOptions(
      new Command('import').description('remember what stands in a Claude memory folder, or notes one a line'),
    )
      .argument(
        '<source>',
        'a folder, a file in Markdown, or a file of lines: JSON objects or plain words; - reads lines',
      )
      .option('--local', 'on this machine alone')
      .option('--preview', 'only show what would be remembered')
      .option('--category <slug>', 'of what does not say it itself')
      .option('--project <name>', 'of what does not say it itself')
      .option('--agent <name>', 'which of several agents of this node says it')
      .action(importFrom),
  )
  return memory.addHelpText('after', EXAMPLES)
}

function withFields(command: Command): Command {
  return command
    .option('--title <title>', 'what it is about, in a line')
    .option('--category <slug>', 'such as project, conversation, agent, incidents, runbooks, security, rules')
    .option('--project <name>', 'which project it belongs to')
    .option('--context <text>', 'where and when it holds')
    .option('--tag <tag>', 'a tag; may stand several times', collect)
    .option('--agent <name>', 'which of several agents of this node says it')
    .option('--expires-at <time>', 'when it leaves every view, such as 2027-01-31T12:00:00Z')
}

function withFilters(command: Command): Command {
  return command
    .option('--category <slug>', 'only this category')
    .option('--project <name>', 'only of this project')
    .option('--tag <tag>', 'only with this tag')
    .option('--author <who>', 'only this author: name, short key or public_id')
    .option('--agent <name>', 'only this one of several agents of a node')
    .option('--local', 'only those of this machine')
    .option('--all', 'those that were superseded or retracted as well')
    .option('--limit <count>', 'memories at most', parseCount, 20)
}

function withReason(command: Command): Command {
  return command.argument('<id>', 'of any version').option('--reason <text>', 'why; everybody can read it')
}
