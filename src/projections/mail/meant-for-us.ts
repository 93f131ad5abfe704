// Which entries are meant for us as they come, by the rules of the inbox: to us, to a role of ours, to everybody, or in answer to what we
// said; not of those whom we have muted. Event streams and hooks ask.

import { isMeantFor, kindOf, recipientsOf, threadIn } from '../recipients.ts'
import { ownRoles } from './own-roles.ts'
import type { Entry, ForgottenEntry, Log, MessageEntry } from '../../log/index.ts'
import type { Projections } from '../projections.ts'
import type { MailboxStore } from './mailbox.ts'

/** What it goes by. */
export interface MeantForUsComponents {
  log: Pick<Log, 'author' | 'message'>
  projections: Pick<Projections, 'cards'>
  mailbox: Pick<MailboxStore, 'mutes'>
}

/** Those of a batch that are meant for us, and gaps of authors of whom something could have been. */
export async function meantForUs(
  entries: readonly Entry[],
  components: MeantForUsComponents,
): Promise<ReadonlySet<Entry>> {
  const { log, mailbox } = components
  const muted = new Set(mailbox.mutes())
  const heard = entries.filter(
    (entry): entry is MessageEntry | ForgottenEntry =>
      entry.kind !== 'forked' && entry.author !== log.author && !muted.has(entry.author),
  )
  const isToRole = heard.some((entry) => entry.kind === 'message' && recipientsIn(entry).some(isRole))
  const roles = isToRole ? await ownRoles(components) : []
  const meant = await Promise.all(heard.map((entry) => entry.kind === 'forgotten' || isMeant(entry, roles, log)))
  return new Set(heard.filter((_, at) => meant[at]))
}

async function isMeant(entry: MessageEntry, roles: readonly string[], log: MeantForUsComponents['log']) {
  if (kindOf(entry.envelope.content) === undefined) return false
  if (isMeantFor(recipientsIn(entry), log.author, roles)) return true
  const thread = threadIn(entry.envelope)
  return thread !== undefined && (await log.message(thread))?.author === log.author
}

/** Of what nobody says to anybody: nobody. */
function recipientsIn({ envelope: { content } }: MessageEntry): string[] {
  return kindOf(content) === undefined ? [] : recipientsOf(content)
}

function isRole(recipient: string): boolean {
  return recipient.startsWith('role:')
}
