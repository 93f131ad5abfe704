// What Prometheus is told of a node. Names and labels are ours alone: no peer can make a series by what it says or is called.

import { reasonsAgainstHealth } from './health.ts'
import type { Gauge, Registry } from 'prom-client'
import type { ApiComponents } from './components.ts'

/** The numbers of one node, read when they are asked for. */
export class Metrics {
  readonly #parts: ApiComponents
  #registry: Promise<Registry> | undefined

  constructor(parts: ApiComponents) {
    this.#parts = parts
  }

  /** In the text format of Prometheus. The library is loaded, and the process watched, from the first question on. */
  async text(): Promise<string> {
    this.#registry ??= openRegistry(this.#parts)
    return (await this.#registry).metrics()
  }
}

/** One measurement: a value, or one for each value of a label. */
type Reading = number | readonly (readonly [label: string, value: number])[]

interface Metric {
  name: string
  help: string
  label?: string
  read(parts: ApiComponents): Reading | Promise<Reading>
}

const METRICS: readonly Metric[] = [
  {
    name: 'egregore_healthy',
    help: '1 when /health answers 200, else 0.',
    read: async (parts) => ((await reasonsAgainstHealth(parts)).length === 0 ? 1 : 0),
  },
  { name: 'egregore_messages', help: 'Messages held.', read: ({ log }) => log.counts().messages },
  { name: 'egregore_feeds', help: 'Feeds of which something was ever held.', read: ({ log }) => log.counts().feeds },
  { name: 'egregore_forks', help: 'Feeds that are forked.', read: ({ log }) => log.counts().forks },
  { name: 'egregore_log_offset', help: 'Entries ever appended to the log.', read: ({ log }) => log.cursor().offset },
  { name: 'egregore_disk_bytes', help: 'What log and projections take on disk.', read: ({ disk }) => disk.used() },
  { name: 'egregore_disk_free_bytes', help: 'What is left on that disk.', read: ({ disk }) => disk.free() },
  {
    name: 'egregore_disk_full',
    help: '1 while no message is taken because the disk is nearly full.',
    read: ({ log }) => (log.isFull() ? 1 : 0),
  },
  {
    name: 'egregore_database_damaged',
    help: '1 while nothing is written because the database is damaged.',
    read: ({ storage }) => (storage.state === 'damaged' ? 1 : 0),
  },
  {
    name: 'egregore_damaged_messages',
    help: 'Messages that a disk has damaged and no peer has given again yet.',
    read: ({ log }) => log.mending.count,
  },
  {
    name: 'egregore_forgotten_messages',
    help: 'Messages ever removed by expiry, policies or by hand.',
    read: ({ log }) => log.forgottenCount(),
  },
  { name: 'egregore_peers', help: 'Known peers by state.', label: 'state', read: peersByState },
  {
    name: 'egregore_older_key_peers',
    help: 'Peers that came in last by a network key that is to be given up, by its discriminator.',
    label: 'network',
    read: ({ network }) => network?.olderKeys.map(({ discriminator, peers }) => [discriminator, peers.length]) ?? [],
  },
  {
    name: 'egregore_refusals',
    help: 'Whom and what this node refused since its start, by cause.',
    label: 'cause',
    read: ({ network }) => Object.entries(network?.refusals ?? {}),
  },
  {
    name: 'egregore_present_nodes',
    help: 'Nodes that are there now, this one included; 0 without presence.',
    read: ({ network }) => network?.presence?.counts().present ?? 0,
  },
  {
    name: 'egregore_presence_beats',
    help: 'Beats of presence since the start, by what became of them.',
    label: 'outcome',
    read: presenceBeats,
  },
  {
    name: 'egregore_projection_lag',
    help: 'Entries of the log that a projection has not folded yet.',
    label: 'projection',
    read: ({ projections }) => projections.states().map(({ name, lag }) => [name, lag]),
  },
  {
    name: 'egregore_hook_lag',
    help: 'Entries of the log that a hook has not passed yet.',
    label: 'hook',
    read: ({ hooks }) => hooks.states().map(({ name, lag }) => [name, lag]),
  },
  {
    name: 'egregore_hook_dead_letters',
    help: 'Messages that a hook failed for.',
    label: 'hook',
    read: ({ hooks }) => hooks.states().map(({ name, deadLetters }) => [name, deadLetters]),
  },
]

function peersByState({ network }: ApiComponents): Reading {
  const byState = Map.groupBy(network?.peers.list() ?? [], ({ state }) => state)
  return [...byState].map(([state, peers]) => [state, peers.length])
}

function presenceBeats({ network }: ApiComponents): Reading {
  const counts = network?.presence?.counts()
  if (counts === undefined) return []
  const { said, accepted, ignored, rejected } = counts
  return [
    ['said', said],
    ['accepted', accepted],
    ['ignored', sumOf(ignored)],
    ['rejected', sumOf(rejected)],
  ]
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}

async function openRegistry(parts: ApiComponents): Promise<Registry> {
  const { collectDefaultMetrics, Gauge, Registry } = await import('prom-client')
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  new Gauge({
    name: 'egregore_info',
    help: 'Always 1; the version is its label.',
    labelNames: ['version'],
    registers: [registry],
  }).set({ version: parts.about.version }, 1)
  for (const { name, help, label, read } of METRICS) {
    const gauge: Gauge = new Gauge({
      name,
      help,
      labelNames: label === undefined ? [] : [label],
      registers: [registry],
      collect: async () => record(gauge, label, await read(parts)),
    })
  }
  return registry
}

function record(gauge: Gauge, label: string | undefined, reading: Reading): void {
  // A series of a moment ago, such as a state that no peer is in any more, must not stay.
  gauge.reset()
  if (typeof reading === 'number') gauge.set(reading)
  else for (const [value, number] of reading) gauge.set({ [label ?? '']: value }, number)
}
