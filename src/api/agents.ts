// The roster: cards of agents, joined with who is there now.

import { displayName, shownName } from '../content/index.ts'
import { formatTimestamp } from '../feed/index.ts'
import { plainText } from '../util/index.ts'
import type { Author } from '../feed/index.ts'
import type { Present, Statement } from '../network/index.ts'
import type { Card } from '../projections/index.ts'
import type { ApiComponents } from './components.ts'
import type { AgentData } from './shapes/agents.ts'

/** Which agents, and which page of them. */
export interface AgentsQuery {
  capability?: string | undefined
  role?: string | undefined
  /** Only of nodes that are there now. */
  online: boolean
  limit: number
  offset: number
}

/** Those who are there first; behind all cards, agents that are there and have none. */
export async function agentsPage(
  components: ApiComponents,
  { capability, role, online, limit, offset }: AgentsQuery,
): Promise<{ agents: AgentData[]; total: number }> {
  const { projections, network } = components
  const present = new Map((network?.presence?.present() ?? []).map((one) => [one.author, one]))
  const there = [...present.keys()]
  const filters = { capability, role, ...(online && { only: there }), first: there }
  const { cards, total } = await projections.cards({ ...filters, limit, offset })
  const isFiltered = capability !== undefined || role !== undefined
  const others = isFiltered ? [] : await withoutCards(components, [...present.values()])
  const from = Math.max(0, offset - total)
  const rows = cards.map((card) => rowOf(card, present.get(card.author), components))
  return { agents: [...rows, ...others.slice(from, from + limit - rows.length)], total: total + others.length }
}

function rowOf(card: Card, present: Present | undefined, { identity }: ApiComponents): AgentData {
  const { author, agent, name, description, capabilities, role, host, hash } = card
  return {
    author,
    name,
    ...(agent !== undefined && { agent }),
    ...(description !== undefined && { description }),
    capabilities: [...capabilities],
    ...(role !== undefined && { role }),
    ...(host !== undefined && { host }),
    profile: hash,
    ...presenceOf(present, agent),
    self: author === identity.author,
  }
}

/** Agents that say how they are, and nodes of which nothing has a card. */
async function withoutCards(
  { projections, identity }: ApiComponents,
  present: readonly Present[],
): Promise<AgentData[]> {
  const authors = present.map(({ author }) => author)
  const [carded, names] = await Promise.all([projections.agentsOf(authors), projections.names(authors)])
  return present.flatMap((one) => {
    const known = carded.get(one.author) ?? new Set()
    const agents: (string | undefined)[] = [...one.agents.keys()].filter((agent) => !known.has(agent))
    if (known.size === 0 && agents.length === 0) agents.push(undefined)
    return agents.map((agent) => ({
      author: one.author,
      name: agent === undefined ? (names.get(one.author) ?? one.author) : nameOf(one.author, agent),
      ...(agent !== undefined && { agent }),
      capabilities: [],
      ...presenceOf(one, agent),
      self: one.author === identity.author,
    }))
  })
}

/** Nobody vouches for the name of an agent without a card: its node's key stands beside it. */
function nameOf(author: Author, agent: string): string {
  return displayName(author, shownName(agent), true)
}

type Presence = Pick<AgentData, 'online' | 'status' | 'status_text' | 'load' | 'last_seen'>

/** An agent that says nothing of itself is as its node is. */
function presenceOf(present: Present | undefined, agent: string | undefined): Presence {
  if (present === undefined) return { online: false }
  const own = agent === undefined ? undefined : present.agents.get(agent)
  const statement: Statement = own ?? present.node ?? { status: 'online' }
  const text = plainText(statement.text ?? '')
  return {
    online: true,
    status: statement.status,
    ...(text !== '' && { status_text: text }),
    ...(statement.load !== undefined && { load: statement.load }),
    last_seen: formatTimestamp(present.heardAt),
  }
}
