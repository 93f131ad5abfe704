// Every limit of /egregore/replicate/1, with its reason. Section numbers are those of protocols/replicate/1/spec.md.

/** The protocol id. */
export const REPLICATE_PROTOCOL = '/egregore/replicate/1'

// §2 Frames

/** §2: larger frames are refused before their body is read. What libp2p buffers of a stream before it resets it. */
export const FRAME_BYTES_ACCEPTED_MAX = 4 * 1024 * 1024

/** §2: heads in one frame: a frame is decoded in one go, and so many authors never seen before take up to 20 ms. */
export const HEADS_PER_FRAME_MAX = 2_048

/** §2: heads that we put in one frame: about 60 KiB. */
export const HEADS_PER_FRAME_SENT = 1_024

/** §2: items in one frame. 1 MiB holds fewer of the smallest messages. */
export const ITEMS_PER_FRAME_MAX = 4_096

/** §2: ranges, and ids to cancel, in one Want. */
export const RANGES_PER_WANT_MAX = 1_024

// §3 Telling

/** §3: authors of a scope. They come in one frame, whose decoding checks each key. */
export const SCOPE_AUTHORS_MAX = 2_048

/** §3: topics of a scope, and tails open at once: each costs a look at every message. */
export const SCOPE_TOPICS_MAX = 64

/** §3: one topic, in UTF-8 bytes. */
export const SCOPE_TOPIC_BYTES_MAX = 256

/** Authors in all lists that pullers may name by hash: about 10 MB. The lists longest not asked for go first. */
export const SCOPE_AUTHORS_KEPT_MAX = 65_536

/** §3: heads in one telling. */
export const HEADS_TOLD_MAX = 1_000_000

/** §3: the salt of a trie. It only needs to be unknown before it is told. */
export const TRIE_SALT_BYTES = 8

/** §3: levels of a trie below its top. A prefix with that many digits still fits an integer of 53 bits. */
export const TRIE_DEPTH_MAX = 13

/** §3: so many feeds below a prefix are told by their heads: sixteen hashes would cost a third of that, and then the heads besides. */
export const TRIE_TOLD_AT_ONCE = 8

/** §3: prefixes in one Want, and nodes in one Have: at most 131 KiB of hashes. */
export const TRIE_PREFIXES_PER_FRAME_MAX = 1_024

/** §3: prefixes that are asked for in one telling. Where more differ, the list of heads is no longer. */
export const TRIE_PREFIXES_MAX = 262_144

/** Feeds from which on a trie pays: fewer are told in one frame of heads. */
export const TRIE_FEEDS_MIN = 1_024

/** Feeds up to which a trie is kept, in some 20 MB, and is built within the time in which a server owes its first Have. */
export const TRIE_FEEDS_MAX = 262_144

/** Tries for the salts of others that exist at the same time, one for each pull that descends. */
export const TRIES_LENT_MAX = 4

/** A further frame of heads is asked for while this many still wait: it travels while they are compared. */
export const HEADS_AHEAD = 4_096

/** Heads compared with our feeds in one go: a few milliseconds of reading, then the event loop turns. */
export const HEADS_COMPARED_AT_ONCE = 500

/** Every so many rounds with a peer, heads are compared in full: a mistake in a cursor cannot last. */
export const FULL_COMPARISON_EVERY = 20

/** Peers whose rounds are counted for {@link FULL_COMPARISON_EVERY}, and of whom it is known what they were told; the oldest are forgotten. */
export const PEERS_COUNTED_MAX = 1_024

// §4 Ranges

/** §4: the newest messages of each feed come first; what is older is filled in behind them. */
export const NEWEST_FIRST = 50

/** §4: how far below a difference the first look goes; each further look goes twice as far. */
export const DIVERGENCE_LOOK = 32

/** §4: ranges open on one stream. A few round trips' worth of feeds with one new message each. */
export const RANGES_OPEN_MAX = 1_024

/** §4: ranges refused in a row before the stream is given up: one Want of a puller that has lost count. */
export const RANGES_REFUSED_MAX = 1_024

/** Ranges that wait for their turn; while more wait, no further heads are compared. About 10 MB. */
export const RANGES_QUEUED_MAX = 65_536

/**
 * §4: sequences that one range asks for while this node pulls from one peer only. Half of what is open is asked for again when it has come: then
 * more is under way than a window of credit holds, and the server never runs dry.
 */
export const RANGE_SEQUENCES_ALONE = 4_096

/** The same while there are several: small enough that all of them have something to send of one feed. */
export const RANGE_SEQUENCES_SHARED = 512

/** Ranges of full length open on one stream. */
export const LONG_RANGES_OPEN_MAX = 4

/** A peer that is asked for something has so long at least to send it, or anything else, before others are asked: a slow disk is no stall. */
export const CLAIM_MS_MIN = 2_000

/** So many round trips, if that is more. */
export const CLAIM_ROUND_TRIPS = 4

/** The longest that a peer keeps others from what it was asked for, however it dawdles: as long as it may be silent on a stream (§7). */
export const CLAIM_MS_MAX = 30_000

/** Feeds of which it is known when other pullers last ended a range: forgetting one may bring a message twice. */
export const RELEASES_KEPT_MAX = 16_384

/** §4: messages that a puller names as held, over all tails open on one stream: 256 KiB. */
export const HELD_NAMES_MAX = 32_768

/** The longest that a peer waits for others to send the past of topics, before it is asked for the same: a third of what its server waits for. */
export const PAST_WAIT_MS_MAX = 20_000

/** Messages accepted for one sequence: two are proof of a fork, and a proof of a lower one may add to them. */
export const MESSAGES_PER_SEQUENCE_MAX = 4

/** When a busy server is asked again that does not say when. */
export const RETRY_MS_DEFAULT = 1_000

/** §4: the longest that a server may send us away for. */
export const RETRY_MS_MAX = 60_000

// §5 Flow

/** §5: the first grant. A tenth of a second of verified and stored messages. */
export const CREDIT_BYTES_INITIAL = 1024 * 1024

/** §5: outstanding on one stream while it catches up: 20 MB/s at 100 ms. */
export const CREDIT_BYTES_MAX = 2 * 1024 * 1024

/** §5: outstanding on a stream when many are open; still more than one frame with the largest message. */
export const CREDIT_BYTES_MIN = 256 * 1024

/** §5: outstanding over all streams of a node: the memory that peers can fill. */
export const CREDIT_BYTES_TOTAL = 64 * 1024 * 1024

/** §5: each open range is served this much in its turn. */
export const QUANTUM_BYTES = 64 * 1024

/** §5: nothing more is read from the log while so much waits in the stream. */
export const WRITE_BUFFER_BYTES_MAX = 256 * 1024

/** §5: a stream in which so much waits is given up. Only a peer that asks and does not read gets there: what we say unasked waits for room. */
export const UNSENT_BYTES_MAX = 1024 * 1024

/** §5: a stream on which so much waits to be read is given up. Credit, and one Have at a time, keep whoever follows the protocol well below. */
export const UNREAD_BYTES_MAX = 4 * 1024 * 1024

/** Items that one ingest takes: reading them holds the event loop for a few milliseconds. The log makes its own transactions of them. */
export const ITEMS_PER_INGEST = 96

/** Ingests under way at once, so that signatures are checked while earlier batches are written. */
export const INGESTS_AT_ONCE = 8

/** §5: bytes that one peer is served per second in the long run. Three times what a node of today can verify. */
export const SERVED_BYTES_PER_SECOND = 32 * 1024 * 1024

/** §5: bytes that one peer is served without waiting. */
export const SERVED_BYTES_BURST = 128 * 1024 * 1024

/** What answering a question costs a peer's share beside the bytes sent: a range that matches nothing is still looked up. */
export const SERVED_BYTES_PER_QUESTION = 1024

/** What looking through a page of messages for topics costs a peer's share: some thousand are looked at, whether or not any matches. */
export const SERVED_BYTES_PER_PAGE = 64 * 1024

// §7 Time and streams

/** §7: for the first Have, either way. */
export const HANDSHAKE_MS = 10_000

/** §7: for the other side's next step when it owes one. */
export const ANSWER_MS = 30_000

/** §7: a server keeps a stream this long on which nothing is open and nothing is live: the puller is comparing, or gone. */
export const IDLE_MS = 60_000

/** For a stream's orderly close before it is reset. */
export const CLOSE_MS = 2_000

/** §7: streams that one peer may open to us: one in use, and one that takes over from a connection about to close. */
export const STREAMS_PER_PEER_MAX = 2

/** Streams of a connection of which we see that they are too many; libp2p resets those beyond. */
export const STREAMS_PER_CONNECTION_MAX = 64

/** How often a live puller writes down how far it came. Losing the last seconds costs bytes at the next round, nothing else. */
export const REMEMBER_EVERY_MS = 10_000

// §6 Live

/**
 * §6: what this node sent by gossip is told at live 1 so much later: gossip crosses a network in some hundred milliseconds. A message that
 * it lost comes a second late.
 */
export const PUSHED_TOLD_AFTER_MS = 1_000

// What one peer may take of us

/** What of a peer's messages and heads brings nothing (held already, expired, announced and not there) is taken at this rate in the long run. */
export const VAIN_BYTES_PER_SECOND = 2 * 1024 * 1024

/** Taken in vain without waiting: the heads of a million feeds that are all held. */
export const VAIN_BYTES_BURST = 64 * 1024 * 1024

/** What a byte of a new message lets through in vain: several peers that tell the same news at the same time slow each other in nothing. */
export const USEFUL_BYTE_EARNS = 16

/** What comparing one told head costs, as bytes in vain. */
export const VAIN_BYTES_PER_HEAD = 64

/** Wants and Dones of one peer, per second in the long run: more than goes with what it can be served. */
export const CONTROL_BYTES_PER_SECOND = 4 * 1024 * 1024

/** Wants and Dones without waiting: those of a first contact with 100,000 feeds, several times. */
export const CONTROL_BYTES_BURST = 32 * 1024 * 1024

/** What reading a frame costs beside its bytes. */
export const CONTROL_BYTES_PER_FRAME = 64

/** Streams that one peer may open per second in the long run, one after the other. */
export const STREAMS_PER_SECOND = 10

/** Streams that one peer may open without a pause between them: a client that was written without patience. */
export const STREAMS_BURST = 1_000

// Budgets of storage

/** A budget that is spent stays so this long: then a twenty-fourth of it is back. As long a pull waits before it asks for what it left. */
export const BUDGET_PAUSE_MS = 60 * 60_000

/** What a message takes beside its text: indexes and rows. */
export const STORED_BYTES_PER_MESSAGE = 256

/** Authors whose budgets are remembered. More new ones in a day meet the budgets of the peers that bring them. */
export const BUDGETS_OF_AUTHORS_KEPT_MAX = 16_384

/** Peers whose budgets are remembered. */
export const BUDGETS_OF_PEERS_KEPT_MAX = 1_024
