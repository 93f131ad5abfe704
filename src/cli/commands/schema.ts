// egregore schema: the forms of content that a node knows, and what fits them.

import { text as readAll } from 'node:stream/consumers'
import { Command } from 'commander'
import { readAtMost } from '../../util/index.ts'
import { CliError } from '../errors.ts'
import { nodeOf, parseCount, withNodeOptions } from '../node-options.ts'
import { plain, print, printJson, printTable } from '../output.ts'
import type { ValidationData } from '../../api/index.ts'
import type { NodeOptions } from '../node-options.ts'

/** More than a node takes in one call. */
const FILE_BYTES_MAX = 16 * 1024 * 1024

const SCHEMA = '/v1/schemas/{schema_id}'

interface AddOptions extends NodeOptions {
  type?: string
  schemaVersion?: number
  compatibility?: string
  description?: string
}

const ADD_EXAMPLES = `
Examples:
  $ egregore schema add --type reading --schema-version 1 reading.schema.json
  $ egregore schema add reading.v1.json      # with content_type, version and json_schema in it`

const EXAMPLES = `
Examples:
  $ egregore schema list
  $ egregore schema show insight/v1
  $ egregore schema add --type reading --schema-version 1 reading.schema.json
  $ egregore schema validate content.json
  $ egregore schema remove reading/v1`

export function schemaCommand(): Command {
  const schema = new Command('schema').description('forms of content that this node knows')
  schema.addCommand(withNodeOptions(new Command('list').description('all schemas')).action(listSchemas), {
    isDefault: true,
  })
  schema.addCommand(
    withNodeOptions(new Command('show').description('one schema, as JSON'))
      .argument('<id>', 'such as insight/v1')
      .action(showSchema),
  )
  schema.addCommand(
    withNodeOptions(new Command('add').description('keep a JSON Schema on this node'))
      .argument('<file>', 'a JSON Schema, or a whole definition; - reads from standard input')
      .option('--type <type>', 'content type that it describes')
      .option('--schema-version <number>', 'above the latest of this type', parseCount)
      .option('--compatibility <mode>', 'with the version before: backward, forward, full or none')
      .option('--description <text>', 'what it is for')
      .addHelpText('after', ADD_EXAMPLES)
      .action(addSchema),
  )
  schema.addCommand(
    withNodeOptions(new Command('remove').description('forget a schema that was added here'))
      .argument('<id>', 'as "egregore schema list" shows it')
      .action(removeSchema),
  )
  schema.addCommand(
    withNodeOptions(new Command('validate').description('hold content against a schema; nothing is published'))
      .argument('<file>', 'content as JSON; - reads from standard input')
      .option('--schema-id <id>', 'instead of the latest for its type')
      .action(validate),
  )
  return schema.addHelpText('after', EXAMPLES)
}

async function listSchemas(options: NodeOptions): Promise<void> {
  const { data } = await (await nodeOf(options)).get('/v1/schemas')
  if (options.json) return printJson(data.schemas)
  const rows = data.schemas.map(({ schema_id, origin, description }) => [
    plain(schema_id),
    origin,
    plain(description ?? ''),
  ])
  printTable(['ID', 'ORIGIN', 'DESCRIPTION'], rows)
}

async function showSchema(id: string, options: NodeOptions): Promise<void> {
  const { data } = await (await nodeOf(options)).get(SCHEMA, { params: { schema_id: id } })
  printJson(data)
}

async function addSchema(file: string, options: AddOptions): Promise<void> {
  const { data } = await (await nodeOf(options)).post('/v1/schemas', { json: bodyOf(await textOf(file), options) })
  if (options.json) return printJson(data)
  print(`keeping ${plain(data.schema_id)}`)
}

async function removeSchema(id: string, options: NodeOptions): Promise<void> {
  await (await nodeOf(options)).delete(SCHEMA, { params: { schema_id: id } })
  if (options.json) return printJson({ removed: id })
  print(`not keeping ${plain(id)}`)
}

async function validate(file: string, { schemaId, ...options }: NodeOptions & { schemaId?: string }): Promise<void> {
  const content = await textOf(file)
  parsed(content, file)
  const named = schemaId === undefined ? '' : `,"schema_id":${JSON.stringify(schemaId)}`
  const { data } = await (await nodeOf(options)).post('/v1/schemas/validate', {
    json: `{"content":${content}${named}}`,
  })
  if (options.json) printJson(data)
  else print(data.valid ? fitText(data) : `does not fit ${plain(data.schema_id ?? '')}: ${plain(data.error ?? '')}`)
  if (!data.valid) process.exitCode = 1
}

function fitText({ schema_id }: ValidationData): string {
  return schema_id === null ? 'there is no schema for this type, so nothing to break' : `fits ${plain(schema_id)}`
}

/** A definition names its type itself; flags go before what it says. The text of a schema stays as it was written. */
function bodyOf(text: string, { type, schemaVersion, compatibility, description }: AddOptions): string {
  const value = parsed(text, 'The schema')
  const isDefinition = typeof value === 'object' && value !== null && 'json_schema' in value
  const flags = { content_type: type, version: schemaVersion, compatibility, description }
  const given = Object.entries(flags).flatMap(([name, flag]) =>
    flag === undefined ? [] : [`"${name}":${JSON.stringify(flag)}`],
  )
  const members = isDefinition ? text.trim().slice(1, -1) : `"json_schema":${text}`
  return `{${[members, ...given].join(',')}}`
}

async function textOf(file: string): Promise<string> {
  if (file === '-') return readAll(process.stdin)
  try {
    return new TextDecoder().decode(readAtMost(file, FILE_BYTES_MAX))
  } catch (cause) {
    throw new CliError(2, 'USAGE', `${file} cannot be read: ${(cause as Error).message}`, { cause })
  }
}

function parsed(text: string, what: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new CliError(2, 'USAGE', `${what} is not JSON: ${(cause as Error).message}`, { cause })
  }
}
