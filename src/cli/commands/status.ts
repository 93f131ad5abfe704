// egregore status: how the running node is.

import { Command } from 'commander'
import { authorCell, authorLine } from '../authors.ts'
import { nodeOf, withNodeOptions } from '../node-options.ts'
import { age, counted, plain, printFacts, printJson, shortAuthor } from '../output.ts'
import { sizeOf } from '../policy-options.ts'
import type { StatusData } from '../../api/index.ts'
import type { NodeOptions } from '../node-options.ts'

export function statusCommand(): Command {
  return withNodeOptions(new Command('status').description('how the running node is'))
    .addHelpText('after', '\nExample:\n  $ egregore status --data-dir ./node-b')
    .action(showStatus)
}

async function showStatus(options: NodeOptions): Promise<void> {
  const { data } = await (await nodeOf(options)).get('/v1/status')
  if (options.json) return printJson(data)
  const { network, health, projections, hooks, forks } = data
  printFacts([
    ['version', data.version],
    ['identity', authorLine({ author: data.identity, author_name: data.name })],
    ['API', `http://127.0.0.1:${data.port}${AUTH[data.auth]}`],
    [
      'peers',
      data.gossip_port === undefined ? 'offline' : `${data.peer_count} connected, listening on ${data.gossip_port}`,
    ],
    ['reach', reachOf(data)],
    ['network', `${network.discriminator}${network.default_key ? ' (the default key: public)' : ''}`],
    ...olderKeyRows(data),
    ['log', `${counted(data.message_count, 'message')} in ${counted(data.feed_count, 'feed')}`],
    ['disk', `${sizeOf(data.disk_bytes)}${STORAGE[data.storage.state]}${damagedMessages(data)}`],
    ['retention', retentionOf(data)],
    ['selection', selectionOf(data)],
    ['readers', projections.map(readerOf).join(', ')],
    ['hooks', hooks.map(hookOf).join(', ') || 'none'],
    [
      'forks',
      forks.map(({ author, author_name: name, sequence }) => `${authorCell(author, name)} at ${sequence}`).join(', ') ||
        'none',
    ],
    ['up', `${data.uptime_secs} s`],
    ['health', health.ok ? 'ok' : health.reasons.join('; ')],
  ])
}

/** What somebody who changes the network key waits for, a row for each key. */
function olderKeyRows({ network, older_key_peers: peers }: StatusData): [string, string][] {
  return network.older_keys.map(({ discriminator, peer_count: count }) => {
    const its = peers.filter((peer) => peer.discriminator === discriminator).slice(0, OLDER_KEY_PEERS_SHOWN_MAX)
    const names = its.map(({ public_id: author, peer_id: peer, live }) => {
      return `${shortAuthor(author ?? peer)}${live ? '' : ' (away)'}`
    })
    const more = count > its.length ? `, and ${count - its.length} more` : ''
    const users = count === 0 ? 'used by nobody since the start' : `still used by ${names.join(', ')}${more}`
    return ['older key', `${discriminator}, ${users}`]
  })
}

const OLDER_KEY_PEERS_SHOWN_MAX = 5

const STORAGE: Readonly<Record<StatusData['storage']['state'], string>> = {
  unchecked: '',
  checking: ', being checked',
  whole: ', checked: whole',
  damaged: ', damaged',
  unfinished: ', could not be checked',
}

function damagedMessages({ storage: { damaged_messages: count } }: StatusData): string {
  return count === 0 ? '' : `, ${counted(count, 'damaged message')} to be fetched again`
}

const AUTH: Readonly<Record<StatusData['auth'], string>> = {
  off: ', open to every program of this machine',
  token: ', with the token in api.token',
  'token-writes': ', changes with the token in api.token',
}

function reachOf({ reach }: StatusData): string {
  switch (reach?.reachable) {
    case 'direct':
      return 'from the Internet'
    case 'relayed':
      return `through ${counted(reach.relays.length, 'relay')}`
    case 'lan':
      return 'from the LAN'
    case 'unknown':
      return 'unknown: nobody has come in yet'
    case undefined:
      return 'offline'
  }
}

function retentionOf({ retention }: StatusData): string {
  const { enabled, policy_count: policies, forgotten_count: forgotten, last_sweep: sweep } = retention
  const swept =
    sweep === undefined
      ? 'not swept yet'
      : `${sweep.expired + sweep.surplus} removed by the last sweep, ${age(sweep.at, Date.now())} ago`
  return `${counted(policies, 'policy')}${enabled ? '' : ' (not in force)'}, ${swept}, ${forgotten} forgotten in all`
}

function selectionOf({ follow_count: follows, topic_count: topics, block_count: blocks }: StatusData): string {
  const kept = follows + topics === 0 ? 'everything' : `${counted(follows, 'author')} and ${counted(topics, 'topic')}`
  return blocks === 0 ? kept : `${kept}, ${blocks} blocked`
}

function readerOf({ name, lag, error }: StatusData['projections'][number]): string {
  if (error !== undefined) return `${name} stopped (${error})`
  return lag === 0 ? name : `${name} ${lag} behind`
}

function hookOf({ name, lag, dead_letters: letters }: StatusData['hooks'][number]): string {
  const facts = [...(lag === 0 ? [] : [`${lag} behind`]), ...(letters === 0 ? [] : [counted(letters, 'dead letter')])]
  return facts.length === 0 ? plain(name) : `${plain(name)} (${facts.join(', ')})`
}
