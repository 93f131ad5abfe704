// Whether this node does its work, and what keeps it from doing so. Facts that pass by themselves (a lag, no peers) are no reason.

import type { ApiComponents } from './components.ts'

/** One sentence for each thing that is wrong; empty when nothing is. */
export async function reasonsAgainstHealth({ log, projections, storage }: ApiComponents): Promise<string[]> {
  const own = (await log.positions([{ author: log.author, sequence: 0 }]))[0]
  const reasons = projections
    .states()
    .flatMap(({ name, offset, error }) =>
      error === undefined ? [] : [`The projection ${name} stopped at offset ${offset}: ${error}`],
    )
  if (storage.state === 'damaged') reasons.push(`${DAMAGED} (${storage.findings[0]})`)
  if (log.mending.count > 0) reasons.push(damagedMessages(log.mending.count))
  if (storage.writeFailure !== undefined) reasons.push(storage.writeFailure)
  if (storage.walFailure !== undefined) {
    reasons.push(`The WAL cannot be written back into the database, and grows: ${storage.walFailure}`)
  }
  if (log.isFull()) {
    reasons.push(
      'The disk is nearly full: no message is published or taken until some space is freed; reading goes on.',
    )
  }
  if (own?.forkedAt !== undefined) {
    reasons.push(
      `Our own feed is forked at sequence ${own.forkedAt}: this identity was used in two places and cannot publish. Stop the other; a new data directory is a new identity.`,
    )
  }
  if (log.ownFeed.isRolledBack()) {
    reasons.push(
      'Publishing waits: peers hold messages of our own feed that are not here, or may hold some, until they are fetched back.',
    )
  }
  return reasons
}

/** Everything else goes on meanwhile. */
function damagedMessages(count: number): string {
  const what = count === 1 ? '1 message that is' : `${count} messages that are`
  return `The disk has damaged ${what} held here. Peers are asked again; what none of them has comes back with "egregore import" of an export that has it. Look at the disk.`
}

const DAMAGED =
  'The database is damaged and nothing more is written to it: stop the node and restore a backup, or export what can still be read.'
