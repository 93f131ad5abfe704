// What flags, environment and programs give, each as a layer: values by the key of their setting, with where they stand.

import { environmentName, isSetting, keyOf } from './setting.ts'
import { ALL_SETTINGS, SETTINGS } from './settings.ts'
import { suggestionFor } from './suggestion.ts'
import type { Origin, Problem } from './errors.ts'
import type { Setting, SettingTree } from './setting.ts'
import type { Values } from './settings.ts'

/** A value before it is checked. */
export interface Given {
  value: unknown
  origin: Origin
  /** Where a part of it stands, for lists and objects of a file. */
  originOf?: (path: readonly PropertyKey[]) => Origin
}

/** What one source gives. */
export interface Layer {
  /** By key: `log.level`. */
  values: ReadonlyMap<string, Given>
  /** What could not be read as settings. */
  problems: readonly Problem[]
}

/** Some of the settings, in their shape, for programs; checked like everything else. */
export type ConfigInput = InputOf<Values>

type InputOf<Tree> = {
  readonly [Name in keyof Tree]?: Tree[Name] extends boolean | number | string | undefined | readonly unknown[]
    ? unknown
    : InputOf<Tree[Name]>
}

/** Values of flags, by the key of their setting. */
export function flagLayer(flags: ReadonlyMap<string, unknown>): Layer {
  const values = new Map<string, Given>()
  for (const setting of ALL_SETTINGS) {
    const value = flags.get(setting.key)
    if (value === undefined) continue
    values.set(setting.key, { value: fromText(setting, value), origin: { kind: 'flag', name: `--${setting.flag}` } })
  }
  return { values, problems: [] }
}

/** `EGREGORE_PORT=7664` is the twin of `--port 7664`; lists are separated by commas. */
export function environmentLayer(environment: Readonly<Record<string, string | undefined>>): Layer {
  const values = new Map<string, Given>()
  for (const setting of ALL_SETTINGS) {
    if (setting.flag === undefined) continue
    const name = environmentName(setting.flag)
    const text = environment[name]
    if (text === undefined || isNothing(setting, text) || isForClients(name, text)) continue
    const value = setting.repeatable ? entriesIn(text) : fromText(setting, text)
    values.set(setting.key, { value, origin: { kind: 'environment', name } })
  }
  return { values, problems: [] }
}

/** Whether it gives a setting that nobody else may see. */
export function holdsSecret({ values }: Layer): boolean {
  return ALL_SETTINGS.some(({ key, secret }) => secret && values.has(key))
}

/** EGREGORE_API is the twin of --no-api, and where the original's clients, and hooks, find the address of their node. */
function isForClients(name: string, text: string): boolean {
  return name === 'EGREGORE_API' && /^https?:\/\//.test(text)
}

/** An empty variable or key is none, unless the default would expose whoever meant to set it. */
export function isNothing(setting: Setting, value: unknown): boolean {
  return (value === '' || value === null) && !setting.refusesEmpty
}

/** Settings in their shape. */
export function inputLayer(input: ConfigInput): Layer {
  const values = new Map<string, Given>()
  const problems: Problem[] = []
  readInput(SETTINGS, input as Record<string, unknown>, [], { values, problems })
  return { values, problems }
}

interface Reading {
  values: Map<string, Given>
  problems: Problem[]
}

function readInput(tree: SettingTree, input: Record<string, unknown>, above: readonly string[], into: Reading): void {
  const origin: Origin = { kind: 'program' }
  for (const [name, value] of Object.entries(input)) {
    const path = [...above, name]
    const node = Object.hasOwn(tree, name) ? tree[name] : undefined
    if (value === undefined) continue
    if (node === undefined) {
      const message = `there is no such setting${suggestionFor(name, Object.keys(tree))}`
      into.problems.push({ key: keyOf(path), origin, message })
    } else if (isSetting(node)) into.values.set(keyOf(path), { value: fromText(node, value), origin })
    else if (typeof value === 'object' && value !== null) {
      readInput(node, value as Record<string, unknown>, path, into) // Names that are not ours are refused there.
    } else into.problems.push({ key: keyOf(path), origin, message: 'expected settings by name' })
  }
}

/** A text from a shell means a number or a switch where those are expected. What it cannot mean is left for the check. */
export function fromText(setting: Setting, given: unknown): unknown {
  if (typeof given !== 'string' || setting.accepts.safeParse(given).success) return given
  if (setting.wholeList) return entriesIn(given)
  if (typeof setting.default === 'boolean') return SWITCH_WORDS.get(given) ?? given
  return given.trim() === '' || Number.isNaN(Number(given)) ? given : Number(given)
}

function entriesIn(text: string): string[] {
  return text.split(',').map((part) => part.trim())
}

const SWITCH_WORDS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
])
