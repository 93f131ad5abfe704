// What a profile says, as its cards keep it: protocols/content/profile/1/spec.md. A field that does not fit is as if it were absent.

import { agentOf, isName, isSlug, nameKey, shownName } from '../content/index.ts'
import { plainText } from '../util/index.ts'
import { CAPABILITIES_MAX, CARD_TEXT_LENGTH_MAX } from './constants.ts'
import type { Envelope } from '../log/index.ts'

/** The fields of one profile. */
export interface ProfileFields {
  /** Empty for the node itself. */
  agent: string
  /** As it is shown. */
  name: string | null
  /** By which names are compared. */
  nameKey: string | null
  description: string | null
  capabilities: readonly string[]
  role: string | null
  host: string | null
  /** When it begins and ends to hold, in milliseconds since 1970: the first included, the last not. */
  beginsAt: number
  endsAt: number
}

/** Undefined for a message of another type, and for a profile that says not even who it is about. */
export function profileIn({ content, expires_at: expiresAt }: Envelope): ProfileFields | undefined {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) return undefined
  const fields = content as Readonly<Record<string, unknown>> // As: any object has unknown members.
  if (fields.type !== 'profile' || !isNamed(fields)) return undefined
  const name = shownName(fields.name)
  return {
    agent: agentOf(content) ?? '',
    name: name ?? null,
    nameKey: name === undefined ? null : nameKey(name),
    description: shownText(fields.description),
    capabilities: slugsIn(fields.capabilities),
    role: shownText(fields.role),
    host: shownText(fields.host),
    beginsAt: timeOf(fields.valid_from) ?? 0,
    endsAt: Math.min(timeOf(expiresAt) ?? FOREVER, timeOf(fields.valid_until) ?? FOREVER),
  }
}

/** Whether it has the field that is required, or the text that may stand for it. */
function isNamed({ name, body }: Readonly<Record<string, unknown>>): boolean {
  return name === undefined ? typeof body === 'string' : isName(name)
}

/** Behind every time that RFC 3339 can spell. */
const FOREVER = Number.MAX_SAFE_INTEGER

/** In one line, and not longer than a card has room for. */
function shownText(text: unknown): string | null {
  if (typeof text !== 'string') return null
  const start = text.slice(0, 4 * CARD_TEXT_LENGTH_MAX).toWellFormed()
  return Array.from(plainText(start)).slice(0, CARD_TEXT_LENGTH_MAX).join('') || null
}

function slugsIn(list: unknown): string[] {
  if (!Array.isArray(list)) return []
  const slugs = list.slice(0, CAPABILITIES_MAX).filter(isSlug)
  return [...new Set(slugs)]
}

/** What `Date.parse` makes of another spelling depends on where it runs. */
const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,40})?(?:[Zz]|[+-]\d\d:\d\d)$/

function timeOf(text: unknown): number | undefined {
  if (typeof text !== 'string' || !RFC_3339.test(text)) return undefined
  const time = Date.parse(text.toUpperCase())
  return Number.isNaN(time) ? undefined : time
}
