// GET /v1/status: how this node is, in one look.

import { capabilityOf, discriminatorOf, formatTimestamp } from '../../feed/index.ts'
import { nameIn } from '../authors.ts'
import { FORKS_SHOWN_MAX, OLDER_KEY_PEERS_SHOWN_MAX } from '../constants.ts'
import { reasonsAgainstHealth } from '../health.ts'
import { defineRoute } from '../route.ts'
import { StatusShape } from '../shapes/status.ts'
import { hookData } from './hooks.ts'
import { sweepData } from './retention.ts'
import type { OlderKey, Refusal } from '../../network/index.ts'
import type { StatusData } from '../shapes/status.ts'

export const statusRoute = defineRoute(
  {
    method: 'get',
    path: '/v1/status',
    summary: 'How this node is: counts, peers, projections, forks, health',
    description:
      'For people and dashboards. `health.ok` is false with the reasons for which `GET /health` answers 503.',
    answer: { status: 200, description: 'How this node is', data: StatusShape },
    errors: [],
  },
  async (components) => {
    const { about, auth, identity, log, network, projections, hooks, clock } = components
    const counts = await log.shownCounts()
    const peers = network?.peers.list() ?? []
    const olderKeys = network?.olderKeys ?? []
    const live = peers.filter(({ state }) => state === 'live').length
    const forks = counts.forks === 0 ? [] : await log.forks(FORKS_SHOWN_MAX)
    const { policies, init, lastSweep } = components.retention
    const names = await projections.names([identity.author, ...forks.map(({ author }) => author)])
    const reasons = await reasonsAgainstHealth(components)
    return {
      data: {
        version: about.version,
        identity: identity.author,
        name: nameIn(names, identity.author),
        port: about.port(),
        auth: auth?.mode ?? 'off',
        gossip_port: network?.port,
        peer_count: live,
        message_count: counts.messages,
        feed_count: counts.feeds,
        follow_count: log.selection.follows.length,
        topic_count: log.selection.topics.length,
        block_count: log.selection.blocks.length,
        uptime_secs: Math.max(0, Math.floor((clock() - about.startedAt) / 1000)),
        network: {
          discriminator: discriminatorOf(capabilityOf(about.networkKey)),
          default_key: about.isDefaultNetworkKey,
          older_keys: olderKeys.map(({ discriminator, peers }) => ({ discriminator, peer_count: peers.length })),
        },
        older_key_peers: olderKeys.flatMap(olderKeyPeers),
        peers: { known: peers.length, live },
        reach: network?.reach,
        refusals: network?.refusals ?? {},
        last_refusals: network?.lastRefusals.map(refusalData) ?? [],
        following: network?.following ?? { heads: 0, messages: 0 },
        gossip: network?.gossip,
        presence: network?.presence?.counts(),
        hooks: hooks.states().map(hookData),
        retention: {
          enabled: init.enabled,
          interval_secs: init.intervalMs / 1000,
          policy_count: policies.list().length,
          forgotten_count: await log.forgottenCount(),
          last_sweep: lastSweep && sweepData(lastSweep),
        },
        disk_bytes: components.disk.used(),
        storage: {
          state: components.storage.state,
          findings: [...components.storage.findings],
          damaged_messages: log.mending.count,
        },
        projections: projections.states(),
        fork_count: counts.forks,
        forks: forks.map(({ author, forkedAt = 0 }) => ({
          author,
          author_name: nameIn(names, author),
          sequence: forkedAt,
        })),
        store: log.storeId,
        rolled_back: log.ownFeed.isRolledBack(),
        health: { ok: reasons.length === 0, reasons },
      },
    }
  },
)

function olderKeyPeers({ discriminator, peers }: OlderKey): StatusData['older_key_peers'] {
  return peers.slice(0, OLDER_KEY_PEERS_SHOWN_MAX).map(({ peerId, author, isLive, at }) => ({
    peer_id: peerId,
    public_id: author,
    discriminator,
    live: isLive,
    time: formatTimestamp(at),
  }))
}

function refusalData({ at, times, cause, code, peer, address, author }: Refusal): StatusData['last_refusals'][number] {
  return { time: formatTimestamp(at), times, cause, code, peer_id: peer, address, author }
}
