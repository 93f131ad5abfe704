// What two layers use and no library gives.

export { writeWhole } from './write-whole.ts'
