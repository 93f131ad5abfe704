// What subscribers of resources are told, read from the log like everything else: while anybody listens, from its end on.

import { setTimeout } from 'node:timers/promises'
import { InMemoryServerEventBus } from '@modelcontextprotocol/server'
import { CHANGES_GATHERED_MS } from './constants.ts'
import { STATUS_URI, urisOf } from './resources.ts'
import type { ServerEventBus } from '@modelcontextprotocol/server'
import type { Entry } from '../../log/index.ts'
import type { ApiParts } from '../components.ts'

type Parts = Pick<ApiParts, 'log' | 'logger'>

/** A bus on which the changed resources of this node are published as long as it has a listener. */
export function createChanges({ log, logger }: Parts): ServerEventBus {
  const bus = new InMemoryServerEventBus()
  let following: AbortController | undefined
  return {
    publish: (event) => bus.publish(event),
    subscribe: (listener) => {
      const unsubscribe = bus.subscribe(listener)
      following ??= follow({ log, logger }, bus)
      return () => {
        unsubscribe()
        if (bus.listenerCount > 0) return
        following?.abort()
        following = undefined
      }
    },
  }
}

function follow(parts: Parts, bus: InMemoryServerEventBus): AbortController {
  const stopping = new AbortController()
  publishChanges(parts, bus, stopping.signal).catch((error: unknown) => {
    if (!stopping.signal.aborted) parts.logger.error({ err: error }, 'subscribers are told nothing any more')
  })
  return stopping
}

/** Between two tellings is a pause, in which the log gathers what is told next. */
async function publishChanges({ log }: Parts, bus: InMemoryServerEventBus, signal: AbortSignal): Promise<void> {
  for await (const entries of log.read({ after: log.cursor().offset, live: true, signal })) {
    const changed = new Set(entries.flatMap((entry) => changedBy(entry, (author) => log.selection.isBlocked(author))))
    for (const uri of changed) bus.publish({ kind: 'resource_updated', uri })
    await setTimeout(CHANGES_GATHERED_MS, undefined, { signal })
  }
}

function changedBy(entry: Entry, isBlocked: (author: MessageAuthor) => boolean): string[] {
  if (isBlocked(entry.author)) return []
  return entry.kind === 'message' ? [STATUS_URI, ...urisOf(entry.hash, entry.author)] : [STATUS_URI]
}

type MessageAuthor = Entry['author']
