// What two layers use and no library gives.

export { CodedError } from './coded-error.ts'
export { isMetadataAddress, isMetadataService } from './metadata-address.ts'
export { writeWhole } from './write-whole.ts'
