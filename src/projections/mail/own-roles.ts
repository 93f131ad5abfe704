// The roles by which this node can be spoken to: those of its agents' cards, and what they can do.

import type { Log } from '../../log/index.ts'
import type { Projections } from '../projections.ts'

/** Cards of our own that are looked at: more agents than one machine runs. */
const CARDS_MAX = 64

export async function ownRoles({
  projections,
  log,
}: {
  projections: Pick<Projections, 'cards'>
  log: Pick<Log, 'author'>
}): Promise<string[]> {
  const { cards } = await projections.cards({ only: [log.author], limit: CARDS_MAX, offset: 0 })
  return [
    ...new Set(cards.flatMap(({ role, capabilities }) => [...(role === undefined ? [] : [role]), ...capabilities])),
  ]
}
