// One row of the table in settings.ts, and the names that follow from it: its key in the file, its variable in the environment.

import type { z } from 'zod'

/** One setting: everything that is known about it. */
export interface Setting<Value = unknown> {
  /** Of a value as the file has it; values.ts has the usual ones, whose errors say what was expected. */
  accepts: z.ZodType<Value>
  default: Value
  /** For help, the file that --init-config writes, and the reference: what it does. */
  description: string
  /** Name of the flag without dashes, such as `gossip-port`; `no-push` turns a switch off. Absent: set by the file alone. */
  flag?: string
  /** Placeholder of the flag's value in help; absent for a switch. */
  value?: string
  /** A value as the file has it, where the default says little. */
  example?: unknown
  /** A list: the flag may stand several times, and what flags, environment and file give adds up. */
  repeatable?: boolean
  /** A list that one source gives as a whole: flag and variable have it as one text, with commas between its entries. */
  wholeList?: boolean
  /** Whether an empty variable or key is refused instead of ignored. */
  refusesEmpty?: boolean
  /** Never shown or logged. */
  secret?: boolean
  /** The keys that the original's file had for it. */
  formerly?: readonly string[]
  /** What the value of a former key is called here; the same when absent. */
  translate?: (value: unknown) => unknown
}

/** A row; only for the types. */
export function setting<Value>(row: Omit<Setting<Value>, 'default'> & { default: NoInfer<Value> }): Setting<Value> {
  return row
}

/** Settings, and sections of settings, under their names in code. */
export interface SettingTree {
  readonly [name: string]: Setting | SettingTree
}

/** The values of a tree of settings, in the same shape. */
export type ValuesOf<Tree> = {
  [Name in keyof Tree]: Tree[Name] extends Setting<infer Value> ? Value : ValuesOf<Tree[Name]>
}

/** A setting with its place in the tree. */
export interface PlacedSetting extends Setting {
  /** As the file has it: `max_persistent_connections`, `log.level`. */
  key: string
  /** As code has it: `['log', 'level']`. */
  path: readonly string[]
}

export function isSetting(node: Setting | SettingTree): node is Setting {
  return 'accepts' in node
}

/** All settings of a tree in its order. */
export function settingsIn(tree: SettingTree, above: readonly string[] = []): PlacedSetting[] {
  return Object.entries(tree).flatMap(([name, node]) => {
    const path = [...above, name]
    return isSetting(node) ? [{ ...node, path, key: keyOf(path) }] : settingsIn(node, path)
  })
}

/** `['log', 'someLevel']` → `log.some_level` */
export function keyOf(path: readonly string[]): string {
  return path.join('.').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** The environment variable of a setting, such as EGREGORE_GOSSIP_PORT. `--no-push` is EGREGORE_PUSH=false. */
export function environmentName(flag: string): string {
  return `EGREGORE_${flag.replace(/^no-/, '').replaceAll('-', '_').toUpperCase()}`
}
