// What an agent can do about an error: one sentence for each public code that has something to be done about it.

/** Codes whose messages say everything are not here. */
const ADVICE: ReadonlyMap<string, string> = new Map([
  ['INVALID_ARGUMENTS', 'Mend the arguments and call again.'],
  ['INVALID_QUERY', 'Mend the arguments and call again; a cursor goes with the filters it was given for.'],
  ['INVALID_BODY', 'Mend the arguments and call again; nothing was published.'],
  ['INVALID_AUTHOR', 'Give an author whole, as egregore_query shows it.'],
  ['AUTHOR_AMBIGUOUS', 'Names are what their authors call themselves: the key says which one you mean.'],
  ['INVALID_HASH', 'Give a hash whole, as egregore_query shows it.'],
  ['INVALID_ADDRESS', 'Give host:port or a multiaddr.'],
  ['NOT_FOUND', 'Look for it with egregore_query: it may not have arrived yet, or be gone.'],
  ['PEER_UNKNOWN', 'egregore_peers lists the addresses that there are.'],
  ['PEER_FROM_CONFIG', 'Only whoever started the node can take this peer away.'],
  ['LOG_DRAFT_TOO_LARGE', 'Say less, or split it into several messages; nothing was published.'],
  ['LOG_DRAFT_INVALID', 'Mend the arguments and call again; nothing was published.'],
  ['SCHEMA_MISMATCH', 'Mend the content, or leave schema_id out; nothing was published.'],
  ['SCHEMA_UNKNOWN', 'Leave schema_id out; nothing was published.'],
  ['SECRET_FOUND', 'Take the secret out; nothing was published.'],
  ['ENCRYPTION_UNSUPPORTED', 'Leave out what not everybody may read; nothing was published.'],
  ['UNAUTHORIZED', 'Whoever set this node up can give the client its token.'],
  ['LOG_SELECTION_FULL', 'Unfollow somebody first.'],
  ['NETWORK_OFF', 'Whoever set this node up can start it with a network.'],
  ['PRESENCE_OFF', 'Go on without it.'],
  ['INTERNAL', 'Call egregore_status; if it answers, try again once.'],
])

const WAIT = 'Call egregore_status for the reasons, and try again later.'

/** Empty when the error says it all. */
export function adviceOn(code: string, status: number): string {
  return ADVICE.get(code) ?? (status >= 500 ? WAIT : '')
}
