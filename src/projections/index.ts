// The face of projections/: folds of the log into tables, and the questions they answer.

export { CRITICAL_PER_HOUR_MAX } from './constants.ts'
export { ProjectionError } from './errors.ts'
export { foldOnOrders } from './fold-on-orders.ts'
export { meantForUs, ownRoles, REACHES, SEVERITIES } from './mail/index.ts'
export { cursorBehind } from './page-cursor.ts'
export { openProjections, projectionsOn } from './projections.ts'
export { ProjectionRunner } from './runner.ts'
export { searchTextOf } from './search-text.ts'
export { listedTime } from './times.ts'
export { wordQueries } from './word-queries.ts'
export { WorkerFolding } from './worker-folding.ts'
export type { Card, CardsPage, CardsQuery, Named } from './cards.ts'
export type { ProjectionErrorCode } from './errors.ts'
export type { MatchedWord } from './excerpts.ts'
export type { FeedStatistics, FeedsQuery } from './feeds.ts'
export type { Found, Hit, SearchQuery } from './finder.ts'
export type { Folding, FoldState } from './folding.ts'
export type { ListQuery, Page } from './lists.ts'
export type {
  Answered,
  InboxPage,
  InboxQuery,
  MailboxStore,
  Mark,
  MeantForUsComponents,
  QueryState,
  Question,
  QuestionsQuery,
  Reach,
  Received,
  Severity,
} from './mail/index.ts'
export type {
  CursorStore,
  Progress,
  ProjectedEntry,
  Projection,
  ProjectionDatabase,
  ProjectionReader,
  ProjectionStatement,
  Query,
  SqlValue,
} from './projection.ts'
export type { ProjectionState, Projections, ProjectionsComponents } from './projections.ts'
export type { Stance } from './standing.ts'
export type { Effect, EffectReason, Hidden, State, Thing, Version } from './things/index.ts'
export type { KnownTopic, KnownTopics, TopicsQuery } from './topics.ts'
