// The face of update/: which releases there are, and one of them as a verified file.

export { downloadArchive, fetchList } from './download.ts'
export { releasesAfter } from './release-list.ts'
export { PROGRAM, readProgram, refuseClone } from './source.ts'
export type { Downloaded } from './download.ts'
export type { Release } from './release-list.ts'
