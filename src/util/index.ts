// What two layers use and no library gives.

export { yieldToOthers } from './background-thread.ts'
export { Bell } from './bell.ts'
export { checkedLookup } from './checked-lookup.ts'
export { CodedError } from './coded-error.ts'
export { KeyedMutex } from './keyed-mutex.ts'
export { isMetadataAddress, isMetadataService } from './metadata-address.ts'
export { HIDDEN, plainText } from './plain-text.ts'
export { readAtMost } from './read-at-most.ts'
export { writeWhole } from './write-whole.ts'
