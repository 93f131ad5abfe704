// The face of capability/: who may connect at all. A connection encrypter, its counters, and the reason when it refused.

export { CAPABILITY_PROTOCOL, GATES_INBOUND_MAX, GATES_PER_SOURCE_MAX } from './constants.ts'
export { capabilityGate } from './encrypter.ts'
export { CAPABILITY_CAUSES, CapabilityError, capabilityCauseOf } from './errors.ts'
export { Gates } from './gates.ts'
export { Keyring } from './keyring.ts'
export { sourceOf } from './source.ts'
export type { CapabilityGateInit, GateRefusal } from './encrypter.ts'
export type { CapabilityCause, CapabilityErrorCode } from './errors.ts'
export type { Passed } from './keyring.ts'
