// What two layers use and no library gives.

export { CodedError } from './coded-error.ts'
export { writeWhole } from './write-whole.ts'
