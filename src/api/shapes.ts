// The shapes of what the API answers: the types of handlers and of the command line, and the schemas of /openapi.json.

import { z } from '@hono/zod-openapi'
import { LEVELS, PARTS } from '../logger.ts'

export const Timestamp = z.string().openapi({ format: 'date-time' })
/** Any JSON value, null included; only a missing one is none. */
export const JsonValue = z
  .unknown()
  .refine((value) => value !== undefined, { error: 'is missing: give any JSON value' })

export const Count = z.number().int().nonnegative()

/** What became of a message by others of its author: protocols/content/effects.md. */
const EffectShape = z
  .object({
    applied: z
      .boolean()
      .openapi({ description: 'Whether it is in force: shown, or, of a retract, doing what it says.' }),
    reason: z
      .enum([
        'SUPERSEDED',
        'RETRACTED',
        'ERASED',
        'FORKED',
        'NOT_THE_AUTHOR',
        'OTHER_TYPE',
        'ERASURE_IS_FINAL',
        'NOT_A_HASH',
        'TARGET_NOT_HELD',
      ])
      .optional(),
    by: z.string().optional().openapi({ description: 'Hash of the message that decided.' }),
  })
  .openapi({ description: 'Of one message asked for by its hash; of what was found, when it is not in force.' })

const AuthorName = z.string().openapi({
  description:
    'What its profile calls an author, with the short key if others are called so too; left out when it has none.',
})

/** What others think of a message: of each author but its own the last word counts. */
const StanceShape = z
  .object({
    score: z.number().int().openapi({ description: 'Endorsements minus disputes.' }),
    endorsements: Count,
    disputes: Count,
    reasons: z
      .array(z.object({ author: z.string(), author_name: AuthorName.optional(), reason: z.string() }))
      .openapi({ description: 'Of the last three disputes, the newest first.' }),
  })
  .openapi({ description: 'Of what was found: how many endorse and how many dispute it.' })

/** Why a message was found. */
const MatchShape = z.object({
  how: z.enum(['all words', 'some words']),
  words: z.array(
    z.object({
      word: z.string(),
      as: z
        .enum(['whole', 'beginning'])
        .openapi({ description: 'beginning: not the word itself, but words that begin with it.' }),
      in: z.array(z.enum(['title', 'text', 'other'])).openapi({
        description: 'text: what the message says, whatever its type calls it. other: all else, tags included.',
      }),
    }),
  ),
  missing: z.array(z.string()).openapi({ description: 'Words that its first 8,192 characters do not have.' }),
  filters: z.array(z.string()).openapi({ description: 'The parameters that narrowed the search.' }),
})

/** A message: the signed fields, then what proves them, then what this node adds. */
export const MessageShape = z
  .object({
    author: z.string(),
    sequence: z.number().int().positive(),
    previous: z.string().nullable(),
    timestamp: Timestamp,
    content: JsonValue.openapi({ description: 'Any JSON value.' }),
    schema_id: z.string().optional(),
    relates: z.string().optional(),
    tags: z.array(z.string()).optional(),
    trace_id: z.string().optional(),
    span_id: z.string().optional(),
    expires_at: Timestamp.optional(),
    hash: z
      .string()
      .openapi({ description: 'SHA-256 of the signed text: the answer up to here with its brace closed.' }),
    signature: z.string().openapi({ description: 'Base64 of Ed25519 over the 64 ASCII characters of hash.' }),
    local: z.object({
      received_at: Timestamp,
      link: z.enum(['linked', 'gapped']),
      flags: z.array(z.enum(['future', 'forked', 'superseded', 'retracted', 'erased', 'without_effect'])),
      author_name: z.string().openapi({
        description:
          'How the author is called: the name of its profile, with the short key if others have it too; else the short key.',
      }),
      score: z.number().optional().openapi({ description: 'Search only. Higher is better, within one answer.' }),
      snippet: z.string().optional().openapi({ description: 'Search only.' }),
      effect: EffectShape.optional(),
      stance: StanceShape.optional(),
    }),
  })
  .openapi('Message')

/** A message that was found, and the reasons to believe it or not. */
export const HitShape = MessageShape.extend({
  local: MessageShape.shape.local.extend({
    age_secs: Count.openapi({ description: 'Since it came or was written, whichever is longer ago.' }),
    score: z.number().openapi({ description: 'BM25. Comparable within one answer, among what matched alike.' }),
    snippet: z.string().openapi({ description: 'The words around the match, which stands between [ and ].' }),
    stance: StanceShape,
    matched: MatchShape,
  }),
}).openapi('Hit')

/** A retention policy. What is absent is not limited. */
export const PolicyShape = z
  .object({
    id: z.number().int().positive(),
    scope: z.union([
      z.literal('global'),
      z.object({ topic: z.string().optional(), author: z.string().optional(), content_type: z.string().optional() }),
    ]),
    max_age_secs: Count.optional(),
    max_count: Count.optional(),
    max_bytes: Count.optional(),
    compact_key: z.string().optional(),
    include_self: z.boolean(),
    created_at: Timestamp,
  })
  .openapi('RetentionPolicy')

/** What a policy would remove. */
export const PreviewShape = z
  .object({
    messages: Count,
    bytes: Count.openapi({ description: 'Of signed text.' }),
    in_scope: Count.openapi({ description: 'Messages that the policy is about, those included that would stay.' }),
    author_count: Count,
    authors: z
      .array(z.object({ author: z.string(), messages: Count, bytes: Count }))
      .openapi({ description: 'Who would lose most first; the first twenty.' }),
  })
  .openapi('RetentionPreview')

const SweepShape = z.object({
  at: Timestamp,
  took_ms: Count,
  expired: Count.openapi({ description: 'Messages removed because they had expired.' }),
  surplus: Count.openapi({ description: 'Messages removed because of policies.' }),
  bytes: Count.openapi({ description: 'Of signed text.' }),
})

/** A sweep that was asked for. */
export const SweepingShape = z
  .object({ running: z.boolean(), sweep: SweepShape.optional().openapi({ description: 'When it is done.' }) })
  .openapi('RetentionSweep')

/** A schema of content. */
export const SchemaInfoShape = z
  .object({
    schema_id: z.string().openapi({ description: 'content_type/vversion, such as insight/v1.' }),
    content_type: z.string(),
    version: z.number().int().positive(),
    codec: z.literal('json'),
    compatibility: z.enum(['backward', 'forward', 'full', 'none']),
    description: z.string().nullable(),
    origin: z
      .enum(['builtin', 'local'])
      .openapi({ description: 'builtin: part of this software. local: registered here.' }),
  })
  .openapi('SchemaInfo')

/** A schema of content, whole. */
export const SchemaShape = SchemaInfoShape.extend({
  json_schema: z.record(z.string(), z.unknown()).openapi({ description: 'JSON Schema 2020-12.' }),
}).openapi('Schema')

/** Whether content fits a schema. */
export const ValidationShape = z
  .object({
    valid: z.boolean(),
    schema_id: z
      .string()
      .nullable()
      .openapi({ description: 'null when there is none for this type: then all is valid.' }),
    error: z.string().optional(),
    details: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  })
  .openapi('Validation')

/** A ban in force. */
export const BanShape = z
  .object({
    peer_id: z.string(),
    code: z.string().openapi({ description: 'The public code of the error for which it was banned.' }),
    since: Timestamp,
    until: Timestamp,
    times: Count.openapi({ description: 'Bans in a row; each is twice as long as the one before.' }),
  })
  .openapi('Ban')

/** A peer that this node knows. What is not known is left out. */
export const PeerShape = z
  .object({
    address: z.string(),
    public_id: z.string().optional(),
    author_name: AuthorName.optional(),
    peer_id: z.string().optional(),
    source: z.enum(['flag', 'file', 'api', 'bootstrap', 'mdns', 'dht', 'met']),
    state: z.enum(['live', 'dialling', 'backoff', 'failed', 'banned']),
    path: z.enum(['lan', 'direct', 'relayed']).optional().openapi({ description: 'While it is connected.' }),
    latency_ms: z.number().optional(),
    lag: Count.optional().openapi({ description: 'Messages that it told of and that are not here yet.' }),
    last_round: Timestamp.optional().openapi({
      description: 'When everything that it told of was here last, since it connected.',
    }),
    agent: z.string().optional().openapi({ description: 'The software that it says it runs.' }),
    older_key: z.boolean().optional().openapi({
      description: 'true while it is connected by another network key than the first of this node; else left out.',
    }),
    last_contact: Timestamp.optional(),
    last_error: z.string().optional(),
    ban: BanShape.optional(),
  })
  .openapi('Peer')

/** A peer with all its addresses. */
export const MeshPeerShape = PeerShape.extend({
  addresses: z
    .array(z.string())
    .openapi({ description: 'Where it is connected now, then the addresses that are known of it.' }),
}).openapi('MeshPeer')

/** Why a peer is connected, or is not. */
export const PeerReportShape = MeshPeerShape.extend({
  verdict: z.string().openapi({
    description:
      'lan, direct or relayed when it is connected; banned, disconnected, dialling, waiting; or the outcome of the dial that says most.',
  }),
  summary: z.string(),
  advice: z.string().openapi({ description: 'Empty when nothing is to be done.' }),
  attempts: z.array(
    z.object({
      address: z.string(),
      time: Timestamp,
      outcome: z.string().openapi({ description: 'connected, or the code of the failure.' }),
      reason: z.string().optional(),
    }),
  ),
}).openapi('PeerReport')

/** An author whom this node follows or blocks. */
export const AuthorShape = z.object({ author: z.string(), author_name: AuthorName.optional() }).openapi('Author')

const Load = z.number().min(0).max(1)

/** An agent, or a node. */
export const AgentShape = z
  .object({
    author: z.string(),
    name: z
      .string()
      .openapi({ description: 'With the short key when others are called so too, or when it has no card.' }),
    agent: z.string().optional().openapi({ description: 'Which of several agents of a node; left out for the node.' }),
    description: z.string().optional(),
    capabilities: z.array(z.string()),
    role: z.string().optional(),
    host: z.string().optional(),
    profile: z.string().optional().openapi({ description: 'Hash of the profile; left out when there is none.' }),
    online: z.boolean().openapi({ description: 'Whether its node was heard of within the last 90 s.' }),
    status: z.string().optional().openapi({ description: 'Its own word, else that of its node. While online.' }),
    status_text: z.string().optional(),
    load: Load.optional(),
    last_seen: Timestamp.optional().openapi({ description: 'When its node was heard of. While online.' }),
    self: z.boolean().openapi({ description: 'Whether it is on this node.' }),
  })
  .openapi('Agent')

/** How a node or an agent says that it is. */
export const PresenceShape = z
  .object({
    agent: z.string().optional(),
    status: z.string(),
    status_text: z.string().optional(),
    load: Load.optional(),
    ttl_secs: Count,
  })
  .openapi('Presence')

/** A topic that this node keeps. */
export const TopicShape = z.object({ topic: z.string() }).openapi('Topic')

/** A tag that messages held here have. */
export const KnownTopicShape = z
  .object({
    topic: z.string(),
    subscribed: z.boolean().openapi({ description: 'Whether this node keeps it as a topic.' }),
    messages: Count.openapi({ description: 'Messages held here that have it.' }),
  })
  .openapi('KnownTopic')

/** A hook of this node. */
export const HookShape = z
  .object({
    name: z.string(),
    kind: z.enum(['command', 'webhook']),
    target: z
      .string()
      .openapi({ description: 'The path of a command; the origin of a URL, whose path may hold a secret.' }),
    cursor: Count.openapi({ description: 'Offset up to which every message is finished.' }),
    lag: Count.openapi({ description: 'Entries behind the cursor, those under way among them.' }),
    under_way: Count.openapi({ description: 'Messages that it is called for now.' }),
    delivered: Count,
    skipped: Count.openapi({ description: 'For their age.' }),
    failed: Count.openapi({ description: 'Given up after the last attempt.' }),
    dead_letters: Count.openapi({ description: 'Those that are still kept.' }),
    quiet_until: Timestamp.optional().openapi({ description: 'Its receiver asked for silence until then.' }),
    last_error: z
      .object({ time: Timestamp, reason: z.string() })
      .optional()
      .openapi({ description: 'The last attempt that failed since the node started.' }),
  })
  .openapi('Hook')

/** A message that a hook failed for. */
export const HookLetterShape = z
  .object({
    hash: z.string(),
    author: z.string(),
    attempts: Count,
    reason: z.string(),
    output: z
      .string()
      .openapi({ description: 'The end of what it printed, or the beginning of what its receiver answered.' }),
    failed_at: Timestamp,
  })
  .openapi('HookDeadLetter')

/** Who this node is. */
export const IdentityShape = z
  .object({
    public_id: z.string(),
    x25519_public: z.string().openapi({ description: 'Base64 of the X25519 public key of the same identity.' }),
    peer_id: z.string().optional().openapi({ description: 'Left out when the node runs without network.' }),
    multiaddrs: z.array(z.string()),
  })
  .openapi('Identity')

/** How much each part of this node says to the log. */
export const LogLevelsShape = z
  .object({
    default: z.enum(LEVELS).openapi({ description: 'Of parts that have no level of their own.' }),
    parts: z.record(z.enum(PARTS), z.enum(LEVELS)).openapi({ description: 'The level in force of each part.' }),
  })
  .openapi('LogLevels')

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

export const BackupShape = z
  .object({
    path: z.string().openapi({ description: 'The directory that holds it; "egregore restore" takes it.' }),
    bytes: Count,
    made_at: Timestamp,
  })
  .openapi('Backup')

export const ImportShape = z
  .object({
    outcomes: z.record(z.string(), Count).openapi({
      description:
        'How many were appended, duplicate, forgotten, expired, blocked or forked; outcomes of none are left out.',
    }),
    refused: z
      .array(z.object({ index: Count, code: z.string() }))
      .openapi({ description: 'Messages that are not what their author signed: place in the list, from 0, and why.' }),
    publishing_waits: z.boolean().openapi({
      description: 'Our own feed was among them: nothing is published until a peer has told whether it holds more.',
    }),
  })
  .openapi('Import')

/** {@link SchemaInfoShape} */
export type SchemaInfoData = z.infer<typeof SchemaInfoShape>
/** {@link ValidationShape} */
export type ValidationData = z.infer<typeof ValidationShape>
/** {@link MessageShape} */
export type MessageData = z.infer<typeof MessageShape>
/** The local part of a {@link HitShape}. */
export type HitData = z.infer<typeof HitShape>['local']
/** {@link PeerShape} */
export type PeerData = z.infer<typeof PeerShape>
/** {@link AgentShape} */
export type AgentData = z.infer<typeof AgentShape>
/** {@link AuthorShape} */
export type AuthorData = z.infer<typeof AuthorShape>
/** {@link TopicShape} */
export type TopicData = z.infer<typeof TopicShape>
/** {@link KnownTopicShape} */
export type KnownTopicData = z.infer<typeof KnownTopicShape>
/** {@link MeshPeerShape} */
export type MeshPeerData = z.infer<typeof MeshPeerShape>
/** {@link PeerReportShape} */
export type PeerReportData = z.infer<typeof PeerReportShape>
/** {@link BanShape} */
export type BanData = z.infer<typeof BanShape>
/** {@link IdentityShape} */
export type IdentityData = z.infer<typeof IdentityShape>
/** {@link LogLevelsShape} */
export type LogLevelsData = z.infer<typeof LogLevelsShape>
/** {@link BackupShape} */
export type BackupData = z.infer<typeof BackupShape>
/** {@link HookShape} */
export type HookData = z.infer<typeof HookShape>
/** {@link HookLetterShape} */
export type HookLetterData = z.infer<typeof HookLetterShape>
/** {@link ImportShape} */
export type ImportData = z.infer<typeof ImportShape>
/** {@link PolicyShape} */
export type PolicyData = z.infer<typeof PolicyShape>

/** {@link PreviewShape} */
export type PreviewData = z.infer<typeof PreviewShape>

/** {@link SweepingShape} */
export type SweepingData = z.infer<typeof SweepingShape>

export type SweepData = z.infer<typeof SweepShape>

/** {@link StatusShape} */
export type StatusData = z.infer<typeof StatusShape>
