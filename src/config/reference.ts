// The reference of all settings as Markdown; scripts/make-settings-reference.ts puts it into docs/configuration.md.

import { acceptedBy } from './accepted.ts'
import { environmentName } from './setting.ts'
import { ALL_SETTINGS } from './settings.ts'
import type { PlacedSetting } from './setting.ts'

/** A section for each setting. */
export function settingsReference(): string {
  return ALL_SETTINGS.map(entryOf).join('\n')
}

function entryOf(setting: PlacedSetting): string {
  const { key, description, example, formerly = [], repeatable, wholeList, secret } = setting
  const facts = [
    description.endsWith('.') ? description : `${description}.`,
    `Accepts ${acceptedBy(setting)}.`,
    setting.default === undefined ? 'Not set by default.' : `Default: \`${JSON.stringify(setting.default)}\`.`,
    ...(repeatable ? ['What flags, environment and file give adds up.'] : []),
    ...(wholeList
      ? [
          'Flag and variable separate the entries by commas; of flag, environment and file, the first that gives any counts.',
        ]
      : []),
    ...(secret ? ['A secret: never shown.'] : []),
    ...(formerly.length > 0 ? [`Also understood: ${formerly.map((name) => `\`${name}\``).join(', ')}.`] : []),
  ]
  const shown = example === undefined ? [] : [`Example: \`${key}: ${JSON.stringify(example)}\`.`]
  return `### ${key}\n\n${waysOf(setting)}\n\n${capital([...facts, ...shown].join(' '))}\n`
}

function waysOf({ flag, value }: PlacedSetting): string {
  if (flag === undefined) return 'In the file alone.'
  return `\`--${flag}${value === undefined ? '' : ` <${value}>`}\` · \`${environmentName(flag)}\``
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
}
