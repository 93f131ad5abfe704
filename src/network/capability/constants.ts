// The sizes and limits of the capability gate. Source: protocols/capability/1/spec.md; the paragraph stands at each.

/** Spec §1: the connection encrypter's protocol id, negotiated with multistream-select. */
export const CAPABILITY_PROTOCOL = '/egregore/capability/1'

/** Spec §3: a capability, an X25519 key, an Ed25519 key and an Ed25519 seed all have this length. */
export const KEY_BYTES = 32

/** Spec §3: Ed25519. */
export const SIGNATURE_BYTES = 64

/** Spec §4.1 and §4.2: a MAC of 32 bytes, then an ephemeral key. */
export const HELLO_BYTES = 64

/** Spec §4.3: a box (16 bytes of tag) around a signature and a long-term key. */
export const AUTHENTICATE_BYTES = 112

/** Spec §4.4: a box around a signature. */
export const ACCEPT_BYTES = 80

/** Spec §5: box-stream nonces are the first 24 bytes of a hello's MAC. */
export const NONCE_BYTES = 24

/** Spec §7: for Noise and the four messages together, so that a peer who dribbles bytes cannot hold a place for longer. */
export const GATE_TIMEOUT_MS = 5_000

/** Spec §7: strangers can hold this many places at once; each may keep one unfinished Noise message of 64 KiB in memory. */
export const GATES_INBOUND_MAX = 64

/** Spec §7: so that one host cannot take all places. Sixteen hosts can. */
export const GATES_PER_SOURCE_MAX = 4

/** Spec §9: how long a hello that got no answer lets the next one be under the next network key. Longer than a dial. */
export const UNANSWERED_MS = 60_000

/** Peers of which is known by which network key they came; more than a node is ever connected to. */
export const PASSED_KEPT_MAX = 1_000

/** Peers whose X25519 key is known: more than a node is ever connected to. */
export const AGREEMENT_KEYS_KEPT_MAX = 1_000

/** Spec §7: what may wait behind the last message: two of yamux's first windows of 256 KiB. */
export const UNREAD_BYTES_MAX = 512 * 1024
