// egregore publish: says something to the mesh.

import { text as readAll } from 'node:stream/consumers'
import { Command } from 'commander'
import { CliError } from '../errors.ts'
import { collect, nodeOf, withNodeOptions } from '../node-options.ts'
import { plain, print, printJson } from '../output.ts'
import type { NodeOptions } from '../node-options.ts'

interface PublishOptions extends NodeOptions {
  title?: string
  agent?: string
  tag?: string[]
  relates?: string
  schemaId?: string
  expiresAt?: string
}

const EXAMPLES = `
Examples:
  $ egregore publish --title "API pattern" "Rate limiting prevents cascade failures"
  $ egregore publish '{"type":"query","question":"Who has seen this before?"}'
  $ jq -n '{type: "message", text: "built"}' | egregore publish -`

export function publishCommand(): Command {
  return withNodeOptions(new Command('publish').description('publish a message to our own feed'))
    .argument('<content>', 'JSON, or plain words; - reads from standard input')
    .option('--title <title>', 'makes an insight of plain words, with this title')
    .option('--agent <name>', 'which of several agents of this node says it')
    .option('--tag <tag>', 'a tag; may stand several times', collect)
    .option('--relates <hash>', 'the message that this one answers')
    .option('--schema-id <id>', 'schema that the content promises to fit, such as insight/v1')
    .option('--expires-at <time>', 'when it leaves every view, such as 2027-01-31T12:00:00Z')
    .addHelpText('after', EXAMPLES)
    .action(publish)
}

async function publish(argument: string, options: PublishOptions): Promise<void> {
  const given = argument === '-' ? await readAll(process.stdin) : argument
  const { tag, relates, schemaId, expiresAt } = options
  const rest = { tags: tag, relates, schema_id: schemaId, expires_at: expiresAt }
  // The content's own text goes into the body unchanged, so that numbers are signed as they were written.
  const fields = [['content', contentOf(given, options)], ...jsonFields(rest)]
  const body = `{${fields.map(([name, json]) => `"${name}":${json}`).join(',')}}`
  const { data, metadata } = await (await nodeOf(options)).post('/v1/publish', { json: body })
  // Beside the answer, so that a script still reads that alone.
  for (const { message } of metadata.warnings ?? []) process.stderr.write(`warning: ${plain(message)}\n`)
  if (options.json) return printJson(data)
  print(`published ${data.hash} as number ${data.sequence}`)
}

function jsonFields(fields: Record<string, unknown>): [string, string][] {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined)
  return given.map(([name, value]) => [name, JSON.stringify(value)])
}

/** JSON text of the content. Words that are not JSON become an insight under their title, or a plain message. */
function contentOf(given: string, { title, agent }: PublishOptions): string {
  const content = jsonOf(given, title)
  return agent === undefined ? content : withAgent(content, agent)
}

/** The text stays as it was written; of two members of one name the last one counts. */
function withAgent(object: string, agent: string): string {
  if (!object.startsWith('{')) throw new CliError(2, 'USAGE', '--agent needs content that is a JSON object, or words.')
  const members = object.slice(1, -1).trim()
  return `{${members}${members === '' ? '' : ','}"agent":${JSON.stringify(agent)}}`
}

function jsonOf(given: string, title: string | undefined): string {
  const text = given.trim()
  if (text === '') throw new CliError(2, 'USAGE', 'There is nothing to publish: the content is empty.')
  if (title !== undefined) return JSON.stringify({ type: 'insight', title, observation: text })
  if (isJson(text)) return text
  if (/^[{[]/.test(text))
    throw new CliError(2, 'USAGE', 'The content looks like JSON and is not: check quotes and commas.')
  return JSON.stringify({ type: 'message', text })
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
