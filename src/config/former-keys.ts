// The keys of the original's configuration file, which is accepted as it is: what has another name here, and what has no meaning.

import { ALL_SETTINGS } from './settings.ts'
import type { PlacedSetting } from './setting.ts'

/** The setting that it is called here; a section whose keys are looked up one by one; or nothing that this node could do with it. */
export type Fate = PlacedSetting | 'section' | 'without-effect'

/** Undefined for a key that the original does not have either. */
export function fateOf(key: string): Fate | undefined {
  const setting = ALL_SETTINGS.find(({ formerly = [] }) => formerly.includes(key))
  if (setting !== undefined) return setting
  if (SECTIONS.includes(key)) return 'section'
  return WITHOUT_EFFECT.includes(key) ? 'without-effect' : undefined
}

/** All of them. */
export function formerKeys(): string[] {
  return [...ALL_SETTINGS.flatMap(({ formerly = [] }) => formerly), ...WITHOUT_EFFECT]
}

const SECTIONS: readonly string[] = ['logging']

/** A row of settings.ts that takes one of these over by `formerly` wins. */
const WITHOUT_EFFECT: readonly string[] = [
  'schema_api_enabled',
  'reconnect_initial_secs',
  'reconnect_max_secs',
  'flow_control_enabled',
  'flow_initial_credits',
  'flow_rate_limit_per_second',
  'mdns_service',
  'tombstone_max_age_secs',
  'node_status_enabled',
  'metrics',
  'logging.format',
  'logging.include_trace_ids',
  'otlp',
  'profile_ttl_days',
  'bus',
]
