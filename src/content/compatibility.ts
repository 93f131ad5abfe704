// What a new version of a type promises about the one before it, as far as its required fields show.

import type { SchemaDefinition } from './schema.ts'

type Version = Pick<SchemaDefinition, 'text' | 'compatibility'>

/** What breaks the promise of the new version, in a sentence; undefined when nothing does. */
export function incompatibility(old: Version, next: Version): string | undefined {
  const { compatibility } = next
  const [before, after] = [fieldsOf(old), fieldsOf(next)]
  if (compatibility === 'backward' || compatibility === 'full') {
    const added = [...after.required].find((name) => !before.required.has(name) && !before.named.has(name))
    if (added !== undefined) return `It requires ${shown(added)}, which the version before it did not have.`
  }
  if (compatibility === 'forward' || compatibility === 'full') {
    const removed = [...before.required].find((name) => !after.required.has(name))
    if (removed !== undefined) return `It no longer requires ${shown(removed)}, which the version before it did.`
  }
  return undefined
}

function fieldsOf({ text }: Version): { required: ReadonlySet<string>; named: ReadonlySet<string> } {
  const { required, properties } = JSON.parse(text) as { required?: unknown; properties?: unknown }
  const names = Array.isArray(required) ? required.filter((name) => typeof name === 'string') : []
  return { required: new Set(names), named: new Set(Object.keys(properties ?? {})) }
}

function shown(name: string): string {
  return `"${name.slice(0, 100)}"`
}
