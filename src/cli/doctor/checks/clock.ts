// Our clock against what others say of theirs. All that can be known without asking a stranger: a message that came before the time it claims
// to be from shows that the author's clock is ahead of ours. A clock of ours that is ahead shows in nothing: a message may have been on its way
// for long.

import { shortAuthor } from '../../output.ts'
import { LONG_MS, ok, skipped } from '../check.ts'
import type { MessageData } from '../../../api/index.ts'
import type { Check, Finding } from '../check.ts'

/** Messages looked at. */
const MESSAGES_MAX = 200

/** Clocks that are set over the network differ by less. */
const SKEW_MS = 5_000

export const clock: Check = {
  name: 'clock',
  title: 'clock',
  timeoutMs: LONG_MS,
  run: async ({ node }, signal) => {
    if (node === undefined) return skipped('no node answers, so no peer’s time is known')
    const { data } = await node.client.get('/v1/feed', { query: { limit: MESSAGES_MAX, include_self: true }, signal })
    return clockFinding(data, node.status.identity, Date.now())
  },
}

type Timed = Pick<MessageData, 'author' | 'timestamp'> & { local: Pick<MessageData['local'], 'received_at'> }

/** @param own - author of our own feed, whose messages bear our own time */
export function clockFinding(messages: readonly Timed[], own: string, now: number): Finding {
  const latest = Math.max(...messages.map(({ local }) => Date.parse(local.received_at)))
  if (latest - now > SKEW_MS) return wentBack(latest - now)
  const others = Map.groupBy(
    messages.filter(({ author }) => author !== own),
    ({ author }) => author,
  )
  if (others.size === 0) return skipped('nobody else has said anything by which to compare')
  const aheadMs = new Map([...others].map(([author, theirs]) => [author, Math.max(...theirs.map(leadOf))]))
  const ahead = [...aheadMs].filter(([, ms]) => ms > SKEW_MS)
  if (ahead.length === 0)
    return ok(`nobody’s is ahead of ours, of ${others.size} authors; whether ours is ahead cannot be seen`)
  if (ahead.length > 1 && ahead.length > others.size / 2)
    return behind(ahead.length, others.size, Math.min(...ahead.map(([, ms]) => ms)))
  const [author = '', ms = 0] = ahead[0] ?? []
  return {
    verdict: 'warning',
    found: `that of ${shortAuthor(author)} is ${secondsOf(ms)} ahead of ours, and those of ${others.size - ahead.length} others are not`,
    advice: 'Theirs is wrong, most likely: tell them.',
  }
}

/** How long before its own time a message came. */
function leadOf({ timestamp, local }: Timed): number {
  return Date.parse(timestamp) - Date.parse(local.received_at)
}

function behind(ahead: number, all: number, ms: number): Finding {
  const found = `${ahead} of ${all} authors are ahead of ours, by ${secondsOf(ms)} or more: ours is behind, most likely`
  return { verdict: 'warning', found, advice: SET }
}

function wentBack(ms: number): Finding {
  return {
    verdict: 'failed',
    found: `it has gone back: messages were received ${secondsOf(ms)} in its future`,
    advice: SET,
  }
}

const SET = 'Set the clock of this machine, best over the network (timedatectl set-ntp true).'

function secondsOf(ms: number): string {
  return `${Math.round(ms / 1000)} s`
}
