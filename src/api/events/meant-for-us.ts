// Which entries of a stream are meant for us, by the rules of the inbox: to us, to a role of ours, to everybody, or in answer to what we said;
// not of those whom we have muted.

import { isMeantFor, kindOf, recipientsOf, threadIn } from '../../projections/index.ts'
import { ownRoles } from '../own-roles.ts'
import type { Entry, ForgottenEntry, Log, MessageEntry } from '../../log/index.ts'
import type { MailboxStore, Projections } from '../../projections/index.ts'

/** What it works with. */
export interface MeantForUsComponents {
  log: Pick<Log, 'author' | 'message'>
  projections: Pick<Projections, 'cards'>
  mailbox: Pick<MailboxStore, 'mutes'>
}

/** One for all streams that ask for it. */
export class MeantForUs {
  readonly #components: MeantForUsComponents
  #roles: Promise<readonly string[]> | undefined

  constructor(components: MeantForUsComponents) {
    this.#components = components
  }

  /** Those of a batch that are meant for us, and gaps of authors of whom something could have been. */
  async among(entries: readonly Entry[]): Promise<ReadonlySet<Entry>> {
    const { log, mailbox } = this.#components
    // Whatever we say may have been a profile, or have taken one back.
    if (entries.some(({ author }) => author === log.author)) this.#roles = undefined
    const muted = new Set(mailbox.mutes())
    const heard = entries.filter(
      (entry): entry is MessageEntry | ForgottenEntry =>
        entry.kind !== 'forked' && entry.author !== log.author && !muted.has(entry.author),
    )
    const meant = await Promise.all(heard.map((entry) => entry.kind === 'forgotten' || this.#isMeant(entry)))
    return new Set(heard.filter((_, at) => meant[at]))
  }

  async #isMeant({ envelope }: MessageEntry): Promise<boolean> {
    const { log } = this.#components
    if (kindOf(envelope.content) === undefined) return false
    const recipients = recipientsOf(envelope.content)
    const roles = recipients.some(isRole) ? await this.#ownRoles() : []
    if (isMeantFor(recipients, log.author, roles)) return true
    const thread = threadIn(envelope)
    return thread !== undefined && (await log.message(thread))?.author === log.author
  }

  #ownRoles(): Promise<readonly string[]> {
    this.#roles ??= ownRoles(this.#components)
    // One that failed is asked for again.
    this.#roles.catch(() => (this.#roles = undefined))
    return this.#roles
  }
}

function isRole(recipient: string): boolean {
  return recipient.startsWith('role:')
}
