// The process of tail-process.ts: `node tail-node.ts <data directory> <peer>`.

import { pino } from 'pino'
import { readConfig } from '../../../src/config/index.ts'
import { createEgregore } from '../../../src/egregore.ts'
import { sharedClockMs } from './tail-process.ts'
import type { Listening, Seen } from './tail-process.ts'

const [, , dataDir, peer] = process.argv
process.on('disconnect', () => process.exit())

const config = readConfig({ dataDir, peers: [peer], gossipPort: 0, api: { enabled: false } })
const { log, network } = await createEgregore(config, { logger: pino({ level: 'silent' }), version: 'bench' })
process.send?.({ address: `127.0.0.1:${network?.port}` } satisfies Listening)
for await (const entries of log.read({ after: 0, live: true })) {
  const atMs = sharedClockMs()
  for (const entry of entries) if (entry.kind === 'message') process.send?.({ hash: entry.hash, atMs } satisfies Seen)
}
