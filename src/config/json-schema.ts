// The JSON Schema of config.yaml, from the table: editors complete and check by it.

import { z } from 'zod'
import { formerKeys } from './former-keys.ts'
import { isSetting, keyOf } from './setting.ts'
import { SETTINGS } from './settings.ts'
import type { Setting, SettingTree } from './setting.ts'

/** JSON Schema, draft 7: the one that editors of YAML know. */
export function configJsonSchema(): Record<string, unknown> {
  const { properties, ...section } = schemaOf(SETTINGS)
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Settings of an egregore node',
    ...section,
    properties: { ...properties, ...formerProperties() },
  }
}

interface SectionSchema {
  type: 'object'
  additionalProperties: false
  properties: Record<string, unknown>
}

function schemaOf(tree: SettingTree): SectionSchema {
  const properties = Object.entries(tree).map(([name, node]) => [
    keyOf([name]),
    isSetting(node) ? schemaOfSetting(node) : schemaOf(node),
  ])
  return { type: 'object', additionalProperties: false, properties: Object.fromEntries(properties) }
}

function schemaOfSetting(setting: Setting): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(setting.accepts, {
    target: 'draft-7',
    io: 'input',
    unrepresentable: 'any',
  })
  return {
    ...schema,
    description: setting.description,
    ...(setting.default !== undefined && { default: setting.default }),
    ...(setting.example !== undefined && { examples: [setting.example] }),
  }
}

/** Keys of the original are accepted; an editor strikes them through. */
function formerProperties(): Record<string, unknown> {
  const keys = formerKeys().map((key) => key.split('.')[0] ?? key)
  return Object.fromEntries([...new Set(keys)].map((key) => [key, { deprecated: true }]))
}
