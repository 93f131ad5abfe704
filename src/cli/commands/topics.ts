// egregore topics: the tags this node replicates by, and those it could.

import { Command } from 'commander'
import { nodeOf, parseCount, withNodeOptions } from '../node-options.ts'
import { plain, print, printJson, printTable } from '../output.ts'
import type { KnownTopicData } from '../../api/index.ts'
import type { NodeOptions } from '../node-options.ts'

const EXAMPLES = `
Examples:
  $ egregore topics list
  $ egregore topics known --limit 50
  $ egregore topics add sqlite
  $ egregore topics remove sqlite`

export function topicsCommand(): Command {
  const topics = new Command('topics').description('tags that this node replicates by')
  topics.addCommand(withNodeOptions(new Command('list').description('all topics')).action(listTopics), {
    isDefault: true,
  })
  topics.addCommand(
    withNodeOptions(new Command('add').description('fetch messages with a tag, whoever says them'))
      .argument('<topic>', 'a tag, such as sqlite')
      .action(addTopic),
  )
  topics.addCommand(
    withNodeOptions(new Command('remove').description('stop asking for a topic; what is held stays'))
      .argument('<topic>', 'as "egregore topics" shows it')
      .action(removeTopic),
  )
  topics.addCommand(
    withNodeOptions(new Command('known').description('tags of the messages held here, the most frequent first'))
      .option('--limit <count>', 'tags at most', parseCount, 20)
      .action(listKnown),
  )
  return topics.addHelpText('after', EXAMPLES)
}

async function listTopics(options: NodeOptions): Promise<void> {
  const { data } = await (await nodeOf(options)).get('/v1/topics')
  if (options.json) return printJson(data)
  if (data.length === 0) return print('No topics. Add one with "egregore topics add <tag>".')
  for (const { topic } of data) print(plain(topic))
}

async function addTopic(topic: string, options: NodeOptions): Promise<void> {
  const { data } = await (await nodeOf(options)).post('/v1/topics/{topic}', { params: { topic } })
  if (options.json) return printJson(data)
  print(`keeping ${plain(data.topic)}`)
}

async function removeTopic(topic: string, options: NodeOptions): Promise<void> {
  await (await nodeOf(options)).delete('/v1/topics/{topic}', { params: { topic } })
  if (options.json) return printJson({ removed: topic })
  print(`not keeping ${plain(topic)}`)
}

async function listKnown({ limit, ...options }: NodeOptions & { limit: number }): Promise<void> {
  const { data } = await (await nodeOf(options)).get('/v1/topics/known', { query: { limit } })
  if (options.json) return printJson(data)
  if (data.length === 0) return print('No message here has a tag.')
  printTable(['MESSAGES', 'KEPT', 'TOPIC'], data.map(rowOf))
}

function rowOf({ topic, subscribed, messages }: KnownTopicData): string[] {
  return [String(messages), subscribed ? 'yes' : '', plain(topic)]
}
