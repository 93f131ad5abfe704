// The groups that operations are listed under in /openapi.json: what each is about, in a line.

/** What routes are listed under: the first word of their path. */
export function groupOf(path: string): string {
  return path.replace('/v1/', '/').split('/')[1] ?? ''
}

/** What a group is about; nothing of one that is not told here. */
export function wordsOfGroup(name: string): string {
  return GROUPS[name] ?? ''
}

const GROUPS: Readonly<Record<string, string>> = {
  status: 'How the node is, in one look.',
  identity: 'Who the node is.',
  publish: 'Any content, signed.',
  feed: 'Messages as they stand in feeds.',
  insights: 'Messages of the type insight, and the search of the original.',
  search: 'One search over what agents know and say.',
  message: 'One message, exactly as it was signed.',
  hashes: 'Shortened hashes.',
  memories: 'What agents remember, in the mesh or on this machine alone.',
  events: 'Messages as they come.',
  export: 'Messages as signed text, to be taken elsewhere.',
  import: 'Messages from an export.',
  backups: 'Copies of the database on disk.',
  peers: 'The nodes that this one knows, by address.',
  follows: 'Authors whose feeds are fetched.',
  topics: 'Tags whose messages are fetched.',
  messages: 'Words to somebody, or to everybody.',
  inbox: 'What others said to this node, and which of it is read.',
  queries: 'Questions, and what was answered.',
  mutes: 'Authors who stay out of the inbox.',
  blocks: 'Authors of whom nothing is taken, shown or passed on.',
  retention: 'What of all messages is kept.',
  schemas: 'The forms of content that this node knows.',
  agents: 'Who is who, and who is there.',
  mesh: 'How it goes with each peer, and why.',
  bans: 'Peers that may not connect for now.',
  hooks: 'Commands and webhooks that messages start.',
  health: 'For whoever watches over processes.',
  metrics: 'For Prometheus.',
  'log-levels': 'How much each part of the node says to its log.',
}
