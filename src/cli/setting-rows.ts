// The settings as they may be shown: each with the value that holds and where it comes from, and of secrets only whether they are set.

import { ALL_SETTINGS } from '../config/index.ts'
import type { LoadedConfig, Origin, PlacedSetting } from '../config/index.ts'

/** One setting. */
export interface SettingRow {
  key: string
  value: unknown
  from: string[]
}

export function settingRows(loaded: LoadedConfig): SettingRow[] {
  return ALL_SETTINGS.map((setting) => ({
    key: setting.key,
    value: shownValue(setting, loaded),
    from: originsOf(setting, loaded),
  }))
}

/** What a secret is, nobody is shown; null stands for what is not set and has no default. */
function shownValue(setting: PlacedSetting, { config, used }: LoadedConfig): unknown {
  if (setting.secret) return used.has(setting.key) ? '(set)' : '(not set)'
  return setting.path.reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], config) ?? null // It has the table's shape.
}

function originsOf({ key }: PlacedSetting, { used }: LoadedConfig): string[] {
  return (used.get(key) ?? []).map(({ origin }) => nameOf(origin)).concat(used.has(key) ? [] : ['default'])
}

function nameOf(origin: Origin): string {
  if (origin.kind === 'file') return `${origin.path}:${origin.line}`
  return origin.kind === 'program' ? 'default' : origin.name
}
