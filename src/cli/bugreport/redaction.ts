// Takes out of a report what is nobody’s business: secrets that this node knows, what looks like one, and who sits at the machine.

import { readFileSync, statSync } from 'node:fs'
import { homedir, hostname, userInfo } from 'node:os'
import { DEFAULT_NETWORK_KEY, hooksOf } from '../../config/index.ts'
import { secretsIn } from '../../content/index.ts'
import type { Config } from '../../config/index.ts'
import type { Patient } from '../doctor/index.ts'

/** What stands in the place of a secret. */
const REDACTED = '<redacted>'

/** A shorter one would be found inside ordinary words, and protects nothing anyway. */
const SECRET_LENGTH_MIN = 4

/** Of a segment of a path; what is shorter is a word such as `hooks`. */
const TOKEN_LENGTH_MIN = 12

/** A file that is said to hold a secret; a larger one is another file. */
const SECRET_FILE_BYTES_MAX = 4_096

/** Names that say nothing about a person or a machine. */
const COMMON_NAMES: readonly string[] = ['root', 'node', 'user', 'localhost', 'egregore']

/** What is known of a machine and its node. */
export interface Known {
  secrets: readonly string[]
  home: string
  user: string
  host: string
}

/** @param environment - such as `process.env` */
export function knownOf(
  { paths, settings }: Patient,
  environment: Readonly<Record<string, string | undefined>>,
): Known {
  const config = settings instanceof Error ? undefined : settings.config
  const files = [paths.token, environment.EGREGORE_PASSPHRASE_FILE].flatMap((path) => textIn(path) ?? [])
  const named = SECRET_VARIABLES.flatMap((name) => environment[name] ?? [])
  const secrets = [...files, ...named, ...(config === undefined ? [] : secretsOf(config))]
  return { secrets, home: homedir(), user: userInfo().username, host: hostname() }
}

const SECRET_VARIABLES = [
  'EGREGORE_NETWORK_KEY',
  'EGREGORE_NETWORK_KEYS',
  'EGREGORE_HOOK_WEBHOOK_URL',
  'EGREGORE_API_TOKEN',
]

function secretsOf(config: Config): string[] {
  const urls = [config.hookWebhookUrl, ...config.hooks.map((hook) => hook.webhook_url)].flatMap((url) => url ?? [])
  const own = config.hooks.flatMap(({ secret }) => secret ?? [])
  return [
    ...config.networkKeys,
    ...[config.api.token ?? []].flat(),
    ...own,
    ...secretsInFiles(config),
    ...urls.flatMap(secretsInUrl),
  ]
}

/** The whole, and what of it may be a token: receivers put those into the path and the query. */
function secretsInUrl(url: string): string[] {
  const parsed = URL.parse(url)
  if (parsed === null) return [url]
  const segments = parsed.pathname.split('/').filter((segment) => segment.length >= TOKEN_LENGTH_MIN)
  return [url, parsed.password, parsed.pathname + parsed.search, ...segments, ...parsed.searchParams.values()]
}

/** A secret that cannot be read is in no report either. */
function secretsInFiles(config: Config): string[] {
  try {
    return hooksOf(config).flatMap(({ target }) => (target.kind === 'webhook' ? (target.secret ?? []) : []))
  } catch {
    return []
  }
}

/** Undefined for a file that cannot be read: what we do not know cannot be in the report either. */
function textIn(path: string | undefined): string | undefined {
  if (path === undefined) return undefined
  try {
    const file = statSync(path)
    return file.isFile() && file.size <= SECRET_FILE_BYTES_MAX ? readFileSync(path, 'utf8').trim() : undefined
  } catch {
    return undefined
  }
}

/** Every text of a JSON value, redacted. */
export function redact(value: unknown, known: Known): unknown {
  const rules = rulesFor(known)
  const walk = (inner: unknown): unknown => {
    if (typeof inner === 'string') return redactText(inner, rules)
    if (Array.isArray(inner)) return inner.map(walk)
    if (typeof inner !== 'object' || inner === null) return inner
    return Object.fromEntries(Object.entries(inner).map(([name, one]) => [redactText(name, rules), walk(one)]))
  }
  return walk(value)
}

type Rule = readonly [pattern: RegExp, instead: string]

/** Secrets first: a name may be a part of one. */
function rulesFor({ secrets, home, user, host }: Known): Rule[] {
  const exact = secrets.filter((secret) => secret.length >= SECRET_LENGTH_MIN && secret !== DEFAULT_NETWORK_KEY)
  const longestFirst = [...new Set(exact)].sort((one, other) => other.length - one.length)
  return [
    ...longestFirst.map((secret): Rule => [new RegExp(escaped(secret), 'g'), REDACTED]),
    [/(:\/\/)[^/\s@"']+@/g, `$1${REDACTED}@`],
    [/\b(bearer\s+)[^\s"',]+/gi, `$1${REDACTED}`],
    ...(home.length > 1 ? [[new RegExp(`${escaped(home)}(?![\\w-])`, 'g'), '~'] as const] : []),
    ...word(user, '<user>'),
    ...word(host, '<host>'),
  ]
}

function word(name: string, instead: string): Rule[] {
  if (name.length < 2 || COMMON_NAMES.includes(name)) return []
  return [[new RegExp(`(?<![\\w-])${escaped(name)}(?![\\w-])`, 'g'), instead]]
}

/** RegExp.escape is in no Node 22. */
function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}

function redactText(text: string, rules: readonly Rule[]): string {
  const plain = rules.reduce((rest, [pattern, instead]) => rest.replaceAll(pattern, instead), text)
  const [found] = secretsIn(plain, '')
  return found === undefined ? plain : `<redacted: it looks like ${found.name}>`
}
