// The face of projections/: folds of the log into tables, and the reads they answer.

export type {
  CursorStore,
  ProjectedEntry,
  Projection,
  ProjectionDatabase,
  ProjectionReader,
  ProjectionStatement,
  Query,
  SqlValue,
} from './projection.ts'
