// The commented file that --init-config writes: every setting with its default, made from the table. Nothing in it is set.

import { stringify } from 'yaml'
import { acceptedBy } from './accepted.ts'
import { environmentName, isSetting, keyOf } from './setting.ts'
import { SETTINGS } from './settings.ts'
import type { Setting, SettingTree } from './setting.ts'

const HEADER = `# Settings of an egregore node. Every key is optional.
# A line such as "#port: 7654" shows a default: remove its "#" to set it, and that of its section.
# Flags win over EGREGORE_* variables, and those over this file, which a node reads when it starts.
# "egregore config validate" checks it, "egregore config show --origin" says what holds.
`

/** Read back, it gives the defaults; so it does with every key uncommented. */
export function configTemplate(): string {
  return [HEADER, ...blocksOf(SETTINGS, '')].join('\n')
}

function blocksOf(tree: SettingTree, indent: string): string[] {
  return Object.entries(tree).map(([name, node]) => {
    const key = keyOf([name])
    if (isSetting(node)) return `${commentOf(node, key, indent)}${lineOf(node, key, indent)}`
    return `#${indent}${key}:\n${blocksOf(node, `${indent}  `).join('\n')}`
  })
}

/** None for what has no default and may not be empty: nothing could stand in it. */
function lineOf({ default: value, refusesEmpty }: Setting, key: string, indent: string): string {
  return value === undefined && refusesEmpty ? '' : `#${indent}${key}:${shown(value)}\n`
}

function commentOf(setting: Setting, key: string, indent: string): string {
  const { description, flag, example } = setting
  const lines = [
    `${capital(description)}.`,
    ...(example === undefined ? [] : [`Example: ${key}:${shown(example)}`]),
    capital([acceptedBy(setting), flag && `--${flag}`, flag && environmentName(flag)].filter(Boolean).join('; ')),
  ]
  return lines.map((line) => `${indent}# ${line}\n`).join('')
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
}

/** In one line, as YAML; nothing for what has no default. */
function shown(value: unknown): string {
  if (value === undefined) return ''
  return ` ${stringify(value, { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 }).trimEnd()}`
}
