// The face of logs/: the log in files of the data directory, written by the node and read by verbs.

export { shownLine } from './log-line.ts'
export { hasLog, LogReader } from './read-log.ts'
export { RotatingFile } from './rotating-file.ts'
export type { LinesAsked, LogLine } from './log-line.ts'
