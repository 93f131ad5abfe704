// The limits of checking content, each with its reason.

/** Mismatches told of one content: enough to mend it, and no more than a screen. */
export const MISMATCHES_TOLD_MAX = 20

/** Items of a list that are looked at in content of a type of ours: one more than any of them may have. */
export const ITEMS_CHECKED_MAX = 65

/** protocols/content, "text(n)": the longest a code point of NFC can have been before, in UTF-16 units (Unicode Annex 15). */
export const UNITS_PER_NFC_CODE_POINT = 8

/** Code points of the name of an agent. */
export const AGENT_LENGTH_MAX = 80

/** protocols/presence §3: code points of what an agent says of how it is: one line. */
export const STATUS_TEXT_LENGTH_MAX = 140

/** Code points of a name in a profile. */
export const NAME_LENGTH_MAX = 80

/** Schemas that one node registers: they are kept in memory, and each publish looks for its own. */
export const LOCAL_SCHEMAS_MAX = 256

/** JSON text of one schema, in bytes: larger ones are generated, and take long to compile. */
export const SCHEMA_BYTES_MAX = 65_536

/** JSON text of all schemas of one node, in bytes. */
export const SCHEMAS_BYTES_MAX = 4 * 1024 * 1024

/** What compiling a schema, or holding content against one, may take: some ten thousand times what it takes. */
export const SCHEMA_CHECK_MS_MAX = 1_000

/** What starting the process for checks may take, on a busy machine: a hundred times what it takes. */
export const SCHEMA_PROCESS_START_MS_MAX = 30_000

/** After which a check whose node is gone ends by itself: ten times as long as a node waits. */
export const ORPHANED_CHECK_MS_MAX = 10_000

/** Memory for compiled schemas, and what they find. A schema of 64 KiB, compiled, takes some megabytes. */
export const SCHEMA_HEAP_MIB_MAX = 96

/** Authors and roles that one message is meant for. */
export const ADDRESSEES_MAX = 32
