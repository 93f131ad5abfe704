// egregore retention: what of all messages this node keeps.

import { Command } from 'commander'
import { CliError } from '../errors.ts'
import { nodeOf, withNodeOptions } from '../node-options.ts'
import { counted, print, printFacts, printJson, printTable, shortAuthor } from '../output.ts'
import { criteriaOf, policyFor, scopeOf, sizeOf, withPolicyOptions } from '../policy-options.ts'
import type { PreviewData, SweepingData } from '../../api/index.ts'
import type { NodeOptions } from '../node-options.ts'
import type { PolicyOptions } from '../policy-options.ts'

const EXAMPLES = `
Examples:
  $ egregore retention list
  $ egregore retention preview --topic chatter --max-age 30d
  $ egregore retention add --topic chatter --max-age 30d
  $ egregore retention sweep
  $ egregore retention remove 1`

export function retentionCommand(): Command {
  const retention = new Command('retention').description('what of all messages this node keeps')
  retention.addCommand(withNodeOptions(new Command('list').description('all policies')).action(listPolicies), {
    isDefault: true,
  })
  retention.addCommand(
    withPolicyOptions(withNodeOptions(new Command('add').description('make a policy, in force from the next sweep on')))
      .option('--yes', 'also when it would remove all that it is about')
      .action(addPolicy),
  )
  retention.addCommand(
    withNodeOptions(new Command('remove').description('remove a policy; what it removed stays removed'))
      .argument('<id>', 'as "egregore retention list" shows it')
      .action(removePolicy),
  )
  retention.addCommand(
    withPolicyOptions(
      withNodeOptions(new Command('preview').description('what a policy would remove; nothing is changed')),
    ).action(previewPolicy),
  )
  retention.addCommand(
    withNodeOptions(
      new Command('sweep').description('remove now what has expired and what policies do not keep'),
    ).action(sweep),
  )
  return retention.addHelpText('after', EXAMPLES)
}

async function listPolicies(options: NodeOptions): Promise<void> {
  const node = await nodeOf(options)
  const { data } = await node.get('/v1/retention/policies')
  if (options.json) return printJson(data)
  if (data.length === 0)
    return print('No policies: everything is kept until it expires. "egregore retention add --help"')
  printTable(
    ['ID', 'OF', 'KEEPS'],
    data.map((policy) => [String(policy.id), scopeOf(policy), criteriaOf(policy)]),
  )
  const { retention } = (await node.get('/v1/status')).data
  if (!retention.enabled) print('\nThe node runs with --no-retention: these policies are not in force.')
}

async function addPolicy({ yes, ...options }: PolicyOptions & NodeOptions & { yes?: true }): Promise<void> {
  const { node, body } = await policyFor(options)
  const { data: preview } = await node.post('/v1/retention/policies/preview', { json: body })
  const removesAll = preview.messages > 0 && preview.messages >= preview.in_scope
  if (removesAll && yes === undefined) {
    if (!options.json) printPreview(preview)
    const all = preview.messages === 1 ? 'the only message' : `all ${preview.messages} messages`
    const fact = `This policy would remove ${all} that it is about.`
    throw new CliError(5, 'WOULD_REMOVE_ALL', `${fact} Say it again with --yes if that is meant.`)
  }
  const { data } = await node.post('/v1/retention/policies', { json: body })
  if (options.json) return printJson(data)
  print(`policy ${data.id}: of ${scopeOf(data)} keep ${criteriaOf(data)}`)
  print(
    `the next sweep removes ${counted(preview.messages, 'message')} (${sizeOf(preview.bytes)}); "egregore retention sweep" does it now`,
  )
}

async function removePolicy(id: string, options: NodeOptions): Promise<void> {
  await (await nodeOf(options)).delete('/v1/retention/policies/{id}', { params: { id } })
  if (options.json) return printJson({ removed: id })
  print(`policy ${id} is no longer in force; what it removed stays removed`)
}

async function previewPolicy(options: PolicyOptions & NodeOptions): Promise<void> {
  const { node, body } = await policyFor(options)
  const { data } = await node.post('/v1/retention/policies/preview', { json: body })
  if (options.json) return printJson(data)
  printPreview(data)
}

function printPreview({ messages, bytes, in_scope: inScope, author_count: authorCount, authors }: PreviewData): void {
  printFacts([
    ['would go', `${messages} of ${counted(inScope, 'message')}, ${sizeOf(bytes)}`],
    ['of', counted(authorCount, 'author')],
  ])
  if (authors.length === 0) return
  print()
  printTable(
    ['MESSAGES', 'SIZE', 'AUTHOR'],
    authors.map((author) => [String(author.messages), sizeOf(author.bytes), shortAuthor(author.author)]),
  )
}

/** A long sweep is asked for again: whoever asks while one is under way waits for that one. */
async function sweep(options: NodeOptions): Promise<void> {
  const node = await nodeOf(options)
  let data: SweepingData
  do data = (await node.post('/v1/retention/sweep')).data
  while (data.running)
  if (options.json) return printJson(data.sweep)
  const { expired = 0, surplus = 0, bytes = 0, took_ms: tookMs = 0 } = data.sweep ?? {}
  print(
    `removed ${counted(expired, 'expired message')} and ${surplus} by policies, ${sizeOf(bytes)} in all, in ${tookMs / 1000} s`,
  )
}
