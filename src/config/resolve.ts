// Merges layers, the first one winning, and checks every value that any of them gives.

import { ConfigError } from './errors.ts'
import { ALL_SETTINGS } from './settings.ts'
import type { Problem } from './errors.ts'
import type { Given, Layer } from './layers.ts'
import type { PlacedSetting } from './setting.ts'
import type { Values } from './settings.ts'

/** Settings, and where each comes from. */
export interface Resolved {
  values: Values
  /** What is used, by key. A setting that nobody gives has its default and is not here; a list may come from several places. */
  used: ReadonlyMap<string, readonly Given[]>
}

/**
 * @param layers - the strongest first
 * @throws ConfigError with everything that is wrong in any layer
 */
export function resolve(layers: readonly Layer[]): Resolved {
  const problems = layers.flatMap((layer) => [...layer.problems])
  const used = new Map<string, readonly Given[]>()
  const values = {}
  for (const setting of ALL_SETTINGS) {
    const given = layers.flatMap((layer) => layer.values.get(setting.key) ?? [])
    const checked = given.map((one) => check(setting, one, problems))
    if (given.length > 0) used.set(setting.key, setting.repeatable ? given : given.slice(0, 1))
    place(values, setting.path, valueFrom(setting, checked))
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return { values: values as Values, used } // Each row of the table was checked by itself and placed where it stands.
}

/** Lists add up, as the original's do: a peer given by a flag joins those of the file. */
function valueFrom(setting: PlacedSetting, given: readonly unknown[]): unknown {
  if (given.length === 0) return setting.default
  return setting.repeatable ? given.flat() : given[0]
}

function check(setting: PlacedSetting, given: Given, problems: Problem[]): unknown {
  const result = setting.accepts.safeParse(given.value)
  if (result.success) return result.data
  for (const { path, message } of result.error.issues) {
    const part = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('')
    const origin = given.originOf?.(path) ?? given.origin
    problems.push({ key: `${setting.key}${part}`, origin, message: `${message}${foundIn(setting, given.value, path)}` })
  }
  return undefined
}

const FOUND_CHARACTERS_MAX = 80

function foundIn(setting: PlacedSetting, value: unknown, path: readonly PropertyKey[]): string {
  const found = path.reduce<unknown>((at, step) => (at as Record<PropertyKey, unknown> | undefined)?.[step], value) // The path is of this value.
  if (setting.secret || found === undefined) return ''
  const shown = JSON.stringify(found)
  return `, found ${shown.length > FOUND_CHARACTERS_MAX ? `${shown.slice(0, FOUND_CHARACTERS_MAX)}…` : shown}`
}

function place(values: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [name, ...below] = path
  if (name === undefined) return
  if (below.length === 0) values[name] = value
  else {
    values[name] ??= {}
    place(values[name] as Record<string, unknown>, below, value) // Sections and settings never share a name.
  }
}
