// Merges what flags, environment and defaults say, in that order, and checks it before anything starts.

import { ConfigError } from './errors.ts'
import { DEFAULT_NETWORK_KEY, SETTINGS, settingsSchema } from './settings.ts'
import type { Config, Setting } from './settings.ts'

/** Values as they come from a command line or a program; checked here. */
export type ConfigInput = Partial<Record<keyof Config, unknown>>

/**
 * The settings of a node.
 *
 * @param flags - what was given explicitly; wins
 * @param environment - `EGREGORE_PORT=7664` is the twin of `--port 7664`; lists are separated by commas
 * @throws ConfigError `CONFIG_INVALID`
 */
export function readConfig(flags: ConfigInput, environment: Record<string, string | undefined> = {}): Config {
  const result = settingsSchema.safeParse({ ...fromEnvironment(environment), ...given(flags) })
  if (!result.success) throw new ConfigError(result.error.issues.map((issue) => describe(issue.path, issue.message)))
  refuseStrangers(result.data)
  return result.data
}

/** replication.md, "Discovery and reach": these work for, and through, whoever is in the network; in the public one that is anybody. */
function refuseStrangers(config: Config): void {
  if (config.networkKey !== DEFAULT_NETWORK_KEY || config.allowPublicNetwork) return
  const names = MEMBERS_ONLY.filter((name) => config[name])
  if (names.length > 0) throw new ConfigError(names.map((name) => describe([name], PUBLIC_NETWORK)))
}

const MEMBERS_ONLY = ['dht', 'relay', 'upnp'] as const

const PUBLIC_NETWORK =
  'It needs a network key of your own: with the default one everybody is a member. Give --network-key, or --allow-public-network to use it all the same.'

/** The environment variable of a setting, such as EGREGORE_GOSSIP_PORT. `--no-push` is EGREGORE_PUSH=false. */
export function environmentName({ flag }: Setting): string {
  return `EGREGORE_${flag.replace(/^no-/, '').replaceAll('-', '_').toUpperCase()}`
}

function fromEnvironment(environment: Record<string, string | undefined>): ConfigInput {
  const values = Object.entries(SETTINGS).map(([name, setting]: [string, Setting]) => {
    const text = textOf(environment, setting)
    return [name, setting.repeatable ? text?.split(',').map((part) => part.trim()) : text]
  })
  return given(Object.fromEntries(values) as ConfigInput)
}

/** An empty variable is no variable, unless its default would expose whoever meant to set it. */
function textOf(environment: Record<string, string | undefined>, setting: Setting): string | undefined {
  const text = environment[environmentName(setting)]
  return text === '' && !setting.refusesEmpty ? undefined : text
}

function given(input: ConfigInput): ConfigInput {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined))
}

function describe(path: readonly PropertyKey[], message: string): string {
  const [name] = path
  const setting = SETTINGS[name as keyof Config] as Setting | undefined
  if (setting === undefined) return message
  return `--${setting.flag} (${environmentName(setting)}): ${message}`
}
