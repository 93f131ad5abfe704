// The limits of a client, each with its reason.

/** A call that gets no answer for so long has failed; no answer of a node takes this long. */
export const ANSWER_TIMEOUT_MS = 30_000

/** Three heartbeats of a node: a line that is silent for longer is dead. */
export const SILENCE_MS_MAX = 45_000

/** Before a stream comes back for the first time, unless the node says another time. */
export const RETRY_MS = 2_000

/** Between later attempts, at most: a node that comes back is noticed soon. */
export const RETRY_MS_MAX = 30_000
