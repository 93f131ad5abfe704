// One node fetching all that another holds, between two processes.

import { copyOf } from './dataset.ts'
import { startNode } from './node-process.ts'
import { measure } from './stopwatch.ts'
import type { Vitals } from '../../support/probe.ts'
import type { BenchRun } from './bench-run.ts'
import type { Dataset } from './dataset.ts'
import type { Quantity } from './finding.ts'
import type { NodeProcess } from './node-process.ts'

/** How a sync went. */
export interface Synced {
  /** From the order to dial until all is verified, on disk, and folded. */
  rate: Quantity
  /** Of both processes, per message. */
  work: Quantity
  receiver: Vitals
  sender: Vitals
}

/** Two nodes that do not know each other yet. */
export interface Pair {
  sender: NodeProcess
  receiver: NodeProcess
  source: Dataset
}

/** Starts a node that holds a dataset, and one that shall fetch it into its own data directory. */
export async function startPair(run: BenchRun, source: Dataset, receiverDir = run.temporaryDirectory()): Promise<Pair> {
  const sender = await startNode(run, { dataDir: await copyOf(run, source) })
  const receiver = await startNode(run, { dataDir: receiverDir })
  await Promise.all([sender, receiver].map((node) => node.settled(0)))
  return { sender, receiver, source }
}

/** Lets the receiver dial the sender, and waits until it holds and has folded everything. */
export async function sync(run: BenchRun, { sender, receiver, source }: Pair): Promise<Synced> {
  const { message_count: held } = await receiver.status()
  await Promise.all([sender.vitals(), receiver.vitals()])
  const news = source.messages - held
  const { rate } = await run.following('syncing', source.messages, (reached) =>
    measure(news, async () => {
      await receiver.addPeer(sender.address)
      await receiver.settled(source.messages, reached)
    }),
  )
  const [sent, received] = await Promise.all([sender.vitals(), receiver.vitals()])
  const work: Quantity = { value: ((sent.cpuMs + received.cpuMs) * 1000) / news, unit: 'µs of CPU' }
  return { rate, work, sender: sent, receiver: received }
}

/** Starts a pair, lets it sync, and stops it again. */
export async function syncOnce(run: BenchRun, source: Dataset, receiverDir?: string): Promise<Synced> {
  const pair = await startPair(run, source, receiverDir)
  const synced = await sync(run, pair)
  await Promise.all([pair.receiver.stop(), pair.sender.stop()])
  return synced
}

/** Who did how much of the work. */
export function sharesOf({ receiver, sender }: Synced): string {
  const seconds = ({ cpuMs }: Vitals) => `${(cpuMs / 1000).toFixed(1)} s`
  return `receiver ${seconds(receiver)} of CPU, sender ${seconds(sender)}`
}
