// Entries of the log as they stand on an event stream (the format is the HTML standard's, "Server-sent events"). No line of ours can hold a
// line break: what is told is JSON.

import { messageText } from '../message-text.ts'
import { eventId } from './event-id.ts'
import type { Author } from '../../feed/index.ts'
import type { MessageEntry } from '../../log/index.ts'
import type { EventPlace } from './event-id.ts'

/** Messages of one author that were forgotten here, both ends included. */
export interface Gap {
  author: Author
  from: number
  to: number
}

/** A message, as every other answer has it. Without a name of its own, so that it is what `onmessage` hears. */
export function messageEvent(entry: MessageEntry, place: EventPlace, authorName: string | undefined): string {
  return `id: ${eventId(place)}\ndata: ${messageText(entry, { author_name: authorName })}\n\n`
}

/** `gap`: these messages cannot be told of any more. */
export function gapEvent({ author, from, to }: Gap, place: EventPlace): string {
  return `event: gap\nid: ${eventId(place)}\ndata: ${JSON.stringify({ author, from, to })}\n\n`
}

/** `reset`: where the client stopped is no place in this log; it is told of what comes from here on. */
export function resetEvent(lastEventId: string, place: EventPlace): string {
  return `event: reset\nid: ${eventId(place)}\ndata: ${JSON.stringify({ last_event_id: lastEventId })}\n\n`
}

/** No event: the id alone, which moves a client on that is told of nothing. */
export function bareId(place: EventPlace): string {
  return `id: ${eventId(place)}\n\n`
}

/** How long a client waits before it comes back, in milliseconds. */
export function retryAfter(ms: number): string {
  return `retry: ${ms}\n`
}
