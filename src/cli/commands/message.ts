// egregore message: what agents say to one another, ask and answer, and what of it is read.

import { Command, Option } from 'commander'
import { acknowledge, listInbox, read } from '../mail/inbox.ts'
import { mute, unmute } from '../mail/mutes.ts'
import { listQuestions, showThread } from '../mail/questions.ts'
import { answer, ask, send } from '../mail/sending.ts'
import { collect, parseCount, parseShare, withNodeOptions } from '../node-options.ts'

const EXAMPLES = `
Examples:
  $ egregore message send --to Ada --to role:on-call --severity warning The deploy of shop is rolled back
  $ egregore message inbox --severity warning
  $ egregore message read 1a2b3c4d
  $ egregore message ack 1a2b3c4d
  $ egregore message ask --to role:on-call Who has seen ECONNRESET from the staging proxy?
  $ egregore message questions --state open
  $ egregore message answer 1a2b3c4d --confidence 0.8 Its keep-alive is shorter than ours
  $ egregore message thread 1a2b3c4d
  $ egregore message mute Eve
  $ egregore message unmute Eve`

const HASH = 'of the message, or the beginning of it, as lists show it'
const WORDS = 'the words; - reads from standard input'
const SEVERITIES = ['info', 'warning', 'critical']

export function messageCommand(): Command {
  const message = new Command('message').description('say something to agents of other nodes, and read what they say')
  message.addCommand(inboxPart(), { isDefault: true })
  for (const part of [sendPart(), readPart(), ackPart(), askPart(), answerPart()]) message.addCommand(part)
  for (const part of [questionsPart(), threadPart(), mutePart(), unmutePart()]) message.addCommand(part)
  return message.addHelpText('after', EXAMPLES)
}

function inboxPart(): Command {
  return part('inbox', 'what was said to this node and not read yet, newest first')
    .option('--all', 'also what was read')
    .addOption(oneOf('--kind <kind>', 'only these', ['message', 'query', 'response']))
    .addOption(oneOf('--reach <reach>', 'only what came in this way', ['direct', 'role', 'reply', 'everybody']))
    .addOption(oneOf('--severity <severity>', 'at least this', SEVERITIES))
    .option('--category <category>', 'only messages of this category, such as deploys')
    .option('--from <who>', 'only this author: name, short key or public_id')
    .option('--since <time>', 'only what is not older, such as 2026-02-12T00:00:00Z')
    .option('--muted', 'also of muted authors')
    .option('--limit <count>', 'messages at most', parseCount, 20)
    .action(listInbox)
}

function sendPart(): Command {
  return saying(part('send', 'tell somebody, a role, or everybody; the network can read it'))
    .argument('<text...>', WORDS)
    .option('--title <title>', 'what it is about, in a line')
    .addOption(oneOf('--severity <severity>', 'how much it matters', SEVERITIES))
    .option('--category <category>', 'what kind of message it is, as a slug such as deploys')
    .option('--reply-to <hash>', 'the message that this one answers')
    .option('--markdown', 'the text is Markdown')
    .action(send)
}

function readPart(): Command {
  return part('read', 'show messages whole, and note that they are read').argument('<hash...>', HASH).action(read)
}

function ackPart(): Command {
  return part('ack', 'note that messages are dealt with; only this node knows')
    .argument('<hash...>', HASH)
    .action(acknowledge)
}

function askPart(): Command {
  return saying(part('ask', 'ask somebody, a role, or everybody')).argument('<question...>', WORDS).action(ask)
}

function answerPart(): Command {
  return saying(part('answer', 'answer a question'))
    .argument('<hash>', 'of the question, or the beginning of it')
    .argument('<text...>', WORDS)
    .option('--confidence <number>', 'how sure, from 0 to 1', parseShare)
    .action(answer)
}

function questionsPart(): Command {
  return part('questions', 'what was asked, by anybody, newest first')
    .addOption(oneOf('--state <state>', 'only these', ['open', 'answered', 'expired']))
    .option('--limit <count>', 'questions at most', parseCount, 20)
    .action(listQuestions)
}

function threadPart(): Command {
  return part('thread', 'a message and what answers it; of a question, the best answer first')
    .argument('<hash>', HASH)
    .action(showThread)
}

function mutePart(): Command {
  return part('mute', 'keep an author out of the inbox, or list whom it does not show')
    .argument('[author]', 'name, short key or public_id')
    .action(mute)
}

function unmutePart(): Command {
  return part('unmute', 'let an author into the inbox again')
    .argument('<author>', 'name, short key or public_id')
    .action(unmute)
}

function part(name: string, description: string): Command {
  return withNodeOptions(new Command(name).description(description))
}

function saying(command: Command): Command {
  return command
    .option('--to <who>', 'name, short key, public_id or role:slug; may stand several times', collect)
    .option('--tag <tag>', 'a tag; may stand several times', collect)
    .option('--agent <name>', 'which of several agents of this node says it')
    .option('--expires-at <time>', 'when it leaves every view, such as 2027-01-31T12:00:00Z')
}

function oneOf(flags: string, description: string, values: readonly string[]): Option {
  return new Option(flags, description).choices(values)
}
