// The options that say a retention policy, and how a policy reads.

import { InvalidArgumentError, Option } from 'commander'
import { authorMeant } from './authors.ts'
import { CliError } from './errors.ts'
import { nodeOf, parseCount } from './node-options.ts'
import { plain } from './output.ts'
import type { Command } from 'commander'
import type { PolicyData } from '../api/index.ts'
import type { NodeClient } from './client.ts'
import type { NodeOptions } from './node-options.ts'

/** What {@link withPolicyOptions} adds. */
export interface PolicyOptions {
  topic?: string
  author?: string
  type?: string
  maxAge?: number
  maxCount?: number
  maxBytes?: number
  compactKey?: string
  self: boolean
}

export function withPolicyOptions(command: Command): Command {
  const scopes = [
    new Option('--topic <tag>', 'of messages with this tag').conflicts(['author', 'type']),
    new Option('--author <who>', 'of this author: name, short key or public_id').conflicts(['topic', 'type']),
    new Option('--type <type>', 'of messages with this content.type').conflicts(['topic', 'author']),
  ]
  for (const scope of scopes) command.addOption(scope)
  return command
    .option('--max-age <duration>', 'keep what is not older: 90s, 15m, 12h, 30d, 8w', parseDuration)
    .option('--max-count <count>', 'keep the newest so many', parseCount)
    .option('--max-bytes <size>', 'keep the newest that fit: bytes, or 500K, 100M, 2G', parseSize)
    .option('--compact-key <path>', 'keep the latest of each author for each value, such as $.entity.id')
    .option('--no-self', 'leave our own messages alone')
}

/** A policy on its way into the node. @throws CliError 2 when nothing says what to keep, before any node is looked for */
export async function policyFor(options: PolicyOptions & NodeOptions): Promise<{ node: NodeClient; body: string }> {
  const { topic, type, maxAge, maxCount, maxBytes, compactKey, self } = options
  const criteria = { max_age_secs: maxAge, max_count: maxCount, max_bytes: maxBytes, compact_key: compactKey }
  if (Object.values(criteria).every((criterion) => criterion === undefined)) {
    throw new CliError(2, 'USAGE', 'Say what to keep: --max-age, --max-count, --max-bytes or --compact-key.')
  }
  const node = await nodeOf(options)
  const author = await authorMeant(node, options.author)
  const isGlobal = topic === undefined && author === undefined && type === undefined
  const scope = isGlobal ? 'global' : { topic, author, content_type: type }
  return { node, body: JSON.stringify({ scope, ...criteria, include_self: self }) }
}

/** `topic logs` */
export function scopeOf({ scope }: Pick<PolicyData, 'scope'>): string {
  if (scope === 'global') return 'everything'
  const [[kind = '', value = ''] = []] = Object.entries(scope)
  return `${kind.replace('_', ' ')} ${plain(value)}`
}

/** `30d, 1000 messages` */
export function criteriaOf(policy: Omit<PolicyData, 'id' | 'scope' | 'created_at'>): string {
  const { max_age_secs: age, max_count: count, max_bytes: bytes, compact_key: key, include_self: self } = policy
  return [
    ...(age === undefined ? [] : [`not older than ${durationOf(age)}`]),
    ...(count === undefined ? [] : [`newest ${count}`]),
    ...(bytes === undefined ? [] : [`newest ${sizeOf(bytes)}`]),
    ...(key === undefined ? [] : [`latest for each ${plain(key)}`]),
    ...(self ? [] : ['not our own']),
  ].join(', ')
}

/** `1.5 MiB` */
export function sizeOf(bytes: number): string {
  const power = Math.min(3, Math.floor(Math.log2(Math.max(1, bytes)) / 10))
  return power === 0 ? `${bytes} bytes` : `${(bytes / 1024 ** power).toFixed(1)} ${['', 'KiB', 'MiB', 'GiB'][power]}`
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 }
const BYTES: Readonly<Record<string, number>> = { K: 1024, M: 1024 ** 2, G: 1024 ** 3 }

/** In the largest unit that divides it. */
function durationOf(seconds: number): string {
  const [unit, length] = Object.entries(SECONDS).findLast(([, each]) => seconds % each === 0) ?? ['s', 1]
  return `${seconds / length}${unit}`
}

/** In seconds. */
export function parseDuration(text: string): number {
  return parseMeasure(text, SECONDS, 'Expected a whole number of seconds, or one with s, m, h, d or w, such as 30d.')
}

function parseSize(text: string): number {
  return parseMeasure(text, BYTES, 'Expected a whole number of bytes, or one with K, M or G, such as 100M.')
}

function parseMeasure(text: string, units: Readonly<Record<string, number>>, expected: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,12})([a-zA-Z]?)$/.exec(text) ?? []
  const length = unit === '' ? 1 : units[unit]
  if (digits === '' || length === undefined || Number(digits) === 0) throw new InvalidArgumentError(expected)
  return Number(digits) * length
}
