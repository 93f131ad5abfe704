// The limits of checking content, each with its reason.

/** Mismatches told of one content: enough to mend it, and no more than a screen. */
export const MISMATCHES_TOLD_MAX = 20

/** Items of a list that are looked at in content of a type of ours: one more than any of them may have. */
export const ITEMS_CHECKED_MAX = 65

/** protocols/content, "text(n)": the longest a code point of NFC can have been before, in UTF-16 units (Unicode Annex 15). */
export const UNITS_PER_NFC_CODE_POINT = 8

/** Code points of the name of an agent. */
export const AGENT_LENGTH_MAX = 80
