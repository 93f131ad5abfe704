// What an import takes: a memory that is not remembered yet, and where it stands.

/** A memory as the API takes it. */
export type MemoryFields = Readonly<Record<string, unknown>> & { content: string }

/** One of a source, or what is wrong with it. */
export type Note = { place: string; memory: MemoryFields } | { place: string; fault: string }

/** What notes get that do not say it themselves. */
export interface NoteDefaults {
  category?: string | undefined
  project?: string | undefined
  agent?: string | undefined
}

/** Characters of a title (protocols/content/memory/1). */
const TITLE_LENGTH_MAX = 300

export function withDefaults({ content, ...fields }: MemoryFields, defaults: NoteDefaults): MemoryFields {
  const given = Object.entries(defaults).filter(([, value]) => value !== undefined)
  return { content, ...Object.fromEntries(given), ...fields }
}

export function titleFrom(text: string): string {
  return Array.from(text.normalize('NFC')).slice(0, TITLE_LENGTH_MAX).join('')
}
