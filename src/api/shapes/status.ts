// How this node is.

import { z } from '@hono/zod-openapi'
import { AuthorName, AuthorShape } from './authors.ts'
import { HookShape } from './hooks.ts'
import { SweepShape } from './retention.ts'
import { Count, Timestamp } from './values.ts'

/** Whether all is well. */
export const HealthShape = z.object({ ok: z.boolean(), reasons: z.array(z.string()) }).openapi('Health')

/** How this node is. */
export const StatusShape = z
  .object({
    version: z.string(),
    identity: z.string(),
    name: AuthorName.optional(),
    port: z.number().int(),
    auth: z
      .enum(['off', 'token', 'token-writes'])
      .openapi({ description: 'Which calls need the token of this node: none, all, or those that change something.' }),
    gossip_port: z.number().int().optional().openapi({ description: 'Left out when the node runs without network.' }),
    peer_count: Count.openapi({ description: 'Connected peers.' }),
    message_count: Count,
    feed_count: Count,
    follow_count: Count,
    topic_count: Count,
    block_count: Count,
    uptime_secs: Count,
    network: z.object({
      discriminator: z.string().openapi({ description: 'Tells networks apart without giving their key away.' }),
      default_key: z.boolean().openapi({ description: 'Whether anybody can join: a key is the one in the manual.' }),
      older_keys: z
        .array(
          z.object({
            discriminator: z.string(),
            peer_count: Count.openapi({ description: 'Peers that came in by it last since this node started.' }),
          }),
        )
        .openapi({ description: 'Keys that let peers in as well, while the network changes its key.' }),
    }),
    older_key_peers: z
      .array(
        z.object({
          peer_id: z.string(),
          public_id: z.string().optional(),
          discriminator: z.string().openapi({ description: 'Of the network key by which it came in.' }),
          live: z.boolean(),
          time: Timestamp.openapi({ description: 'When it came in.' }),
        }),
      )
      .openapi({ description: 'Who came in by an older key last; of each key the last hundred, newest first.' }),
    peers: z.object({ known: Count, live: Count }),
    reach: z
      .object({
        reachable: z.enum(['direct', 'relayed', 'lan', 'unknown']).openapi({
          description: 'From where others got in, as far as it was seen: the Internet, a relay, the LAN.',
        }),
        relays: z.array(z.string()).openapi({ description: 'PeerIds of the relays that carry this node.' }),
      })
      .optional()
      .openapi({ description: 'Left out when the node runs without network.' }),
    refusals: z
      .record(z.string(), Count)
      .openapi({ description: 'Whom this node refused since its start, counted by cause.' }),
    last_refusals: z
      .array(
        z.object({
          time: Timestamp,
          times: Count.openapi({
            description: 'How often the same was refused for the same reason; time is the last of it.',
          }),
          cause: z.string(),
          code: z.string().optional().openapi({ description: 'The public code of the error behind it.' }),
          peer_id: z.string().optional().openapi({ description: 'Where an identity was proved.' }),
          address: z.string().optional(),
          author: z.string().optional().openapi({ description: 'Whose budget of storage is spent.' }),
        }),
      )
      .openapi({ description: 'The last fifty, newest first.' }),
    following: z.object({ heads: Count, messages: Count }).openapi({
      description: 'Peers followed live: by heads beside gossip, or by messages where gossip does not reach.',
    }),
    gossip: z
      .object({
        subscribers: Count.openapi({ description: 'Connected peers that take part.' }),
        published: Count,
        received: Count.openapi({ description: 'Copies included.' }),
        accepted: Count,
        ignored: z.record(z.string(), Count).openapi({ description: 'By reason, as in protocols/gossip/1.' }),
        rejected: z.record(z.string(), Count).openapi({ description: 'By the code of what was wrong.' }),
        hints: Count.openapi({ description: 'Questions to peers that gossip led to.' }),
      })
      .optional()
      .openapi({ description: 'Push since the start; left out with --no-push and without network.' }),
    presence: z
      .object({
        present: Count.openapi({ description: 'Nodes that are there now, this one included.' }),
        said: Count.openapi({ description: 'Beats of this node.' }),
        accepted: Count,
        ignored: z.record(z.string(), Count).openapi({ description: 'By reason, as in protocols/presence/1.' }),
        rejected: z.record(z.string(), Count).openapi({ description: 'By the code of what was wrong.' }),
      })
      .optional()
      .openapi({ description: 'Beats since the start; left out where this node takes part in no presence.' }),
    hooks: z.array(HookShape),
    retention: z.object({
      enabled: z
        .boolean()
        .openapi({ description: 'Whether policies are in force. What has expired goes in any case.' }),
      interval_secs: z.number().positive(),
      policy_count: Count,
      forgotten_count: Count.openapi({ description: 'Messages that were removed here and are not taken again.' }),
      last_sweep: SweepShape.optional().openapi({ description: 'Since the start.' }),
    }),
    disk_bytes: Count.openapi({ description: 'Of the log and of what is computed from it.' }),
    storage: z.object({
      state: z.enum(['unchecked', 'checking', 'whole', 'damaged', 'unfinished']).openapi({
        description:
          'Whether the database is whole. It is checked after a node that did not stop in order; to a damaged one nothing more is written.',
      }),
      findings: z.array(z.string()).openapi({ description: 'What is wrong with a damaged one, as SQLite says it.' }),
      damaged_messages: Count.openapi({
        description:
          'Messages that a disk has changed, in a database whose pages are whole: shown to nobody, and asked for again from peers.',
      }),
    }),
    projections: z.array(z.object({ name: z.string(), offset: Count, lag: Count, error: z.string().optional() })),
    fork_count: Count,
    forks: z
      .array(AuthorShape.extend({ sequence: Count }))
      .openapi({ description: 'Feeds for which two messages were signed at one sequence; the first hundred.' }),
    store: z.string().openapi({ description: 'Changes when the database is created or restored.' }),
    rolled_back: z.boolean(),
    health: HealthShape,
  })
  .openapi('Status')

/** {@link StatusShape} */
export type StatusData = z.infer<typeof StatusShape>
