// The face of feed/: what a message is. Pure: no clock, no disk, no network.

export { AUTHOR_LENGTH, authorFromKey, isAuthor, isHash, keyFromAuthor } from './author.ts'
export { boundedMap } from './bounded-map.ts'
export { canonicalContent } from './canonical.ts'
export { placeMessage } from './chain.ts'
export {
  CLOCK_SKEW_MS,
  CONTENT_BYTES_MAX,
  SEQUENCE_MAX,
  SIGNATURE_BYTES,
} from './constants.ts'
export { FeedError } from './errors.ts'
export { createIdentity, x25519PublicKey } from './identity.ts'
export { parseJson } from './json.ts'
export { capabilityOf, discriminatorOf } from './network-key.ts'
export { checkPacked, packSignatures, quickestCheck } from './packed-signatures.ts'
export { isNumberToken } from './raw-json.ts'
export { privateKeyOf, publicKeyOf, rawPublicKeyOf } from './raw-keys.ts'
export { draftDigest, sealMessage } from './seal.ts'
export { itemOfSignedText, signedText } from './signed-text.ts'
export { formatTimestamp, parseTimestamp } from './timestamp.ts'
export { isSigned, openItem, verifySignature } from './verify.ts'
export type { Neighbourhood, Placement } from './chain.ts'
export type { FeedErrorCode } from './errors.ts'
export type { Identity } from './identity.ts'
export type { Author, Draft, Hash, Item, Message, SealedMessage } from './message.ts'
export type { FeedHead } from './seal.ts'
