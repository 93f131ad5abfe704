// The face of projections/: folds of the log into tables, and the questions they answer.

export { ProjectionError } from './errors.ts'
export { openProjections } from './projections.ts'
export type { ProjectionErrorCode } from './errors.ts'
export type { FeedStatistics, FeedsQuery } from './feeds.ts'
export type { Found, Hit, SearchQuery } from './finder.ts'
export type { ListQuery, Page } from './lists.ts'
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
export type { Projections, ProjectionsComponents } from './projections.ts'
export type { ProjectionState } from './runner.ts'
export type { KnownTopic, KnownTopics, TopicsQuery } from './topics.ts'
