// The face of mail/: who says what to whom, and what is answered.

export { Inbox } from './inbox.ts'
export { Mail, SEVERITIES } from './mail.ts'
export { meantForUs } from './meant-for-us.ts'
export { ownRoles } from './own-roles.ts'
export { Questions } from './questions.ts'
export { REACHES } from './ways.ts'
export type { InboxPage, InboxQuery, Received, Severity } from './inbox.ts'
export type { MailboxStore, Mark } from './mailbox.ts'
export type { MeantForUsComponents } from './meant-for-us.ts'
export type { Answered, QueryState, Question, QuestionsQuery } from './questions.ts'
export type { Reach } from './ways.ts'
