// Whether anybody but the owner can read the data directory, and the files in it that are secret.

import { chmodSync, existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ok, SHORT_MS, skipped } from '../check.ts'
import type { Check, Finding, Patient } from '../check.ts'

/** Read, write and execute for group and others. */
const OTHERS = 0o077

export const permissions: Check = {
  name: 'permissions',
  title: 'permissions',
  timeoutMs: SHORT_MS,
  run: (patient) => {
    if (process.platform === 'win32')
      return skipped('Windows has no modes of files; its access lists are not looked at.')
    const { data } = patient.paths
    if (!existsSync(data)) return skipped(`There is no ${data} yet.`)
    if (!statSync(data).isDirectory()) return noDirectory(data)
    const places = [{ path: data, mode: 0o700, verdict: 'warning' as const }, ...secretsOf(patient)]
    const findings = places
      .filter(({ path }) => existsSync(path))
      .flatMap(({ path, mode, verdict }) => whatIsWrong(path, mode, verdict))
    return findings.length === 0 ? ok(`${data} and its secrets are readable by their owner alone`) : findings
  },
}

function noDirectory(data: string): Finding {
  return { verdict: 'failed', found: `${data} is no directory`, advice: 'Name another with --data-dir.' }
}

/** A key or token that others can read keeps a node from starting. */
function secretsOf({ paths, settings }: Patient): { path: string; mode: number; verdict: 'warning' | 'failed' }[] {
  const keys = ['secret.key', 'secret.key.enc'].map((name) => join(paths.identity, name))
  const file = settings instanceof Error ? undefined : settings.config.file
  return [
    ...[...keys, paths.token].map((path) => ({ path, mode: 0o600, verdict: 'failed' as const })),
    ...(file?.isExposed ? [{ path: file.path, mode: 0o600, verdict: 'warning' as const }] : []),
  ]
}

function whatIsWrong(path: string, expected: number, verdict: 'warning' | 'failed'): Finding[] {
  const { mode, uid } = statSync(path)
  const about = path
  const owner = process.getuid?.()
  if (owner !== undefined && owner !== 0 && uid !== owner) {
    const advice = `Run egregore as the user who owns it, or: chown ${owner} ${path}`
    return [{ verdict: 'failed', about, found: `it belongs to the user ${uid}, and this is ${owner}`, advice }]
  }
  if ((mode & OTHERS) === 0) return []
  const [is, should] = [octal(mode), octal(expected)]
  return [
    {
      verdict,
      about,
      found: `others can get at it: its mode is ${is}`,
      advice: `chmod ${should} ${path}; if others have had it, make a new one`,
      mend: () => {
        chmodSync(path, expected)
        return `mode ${should} instead of ${is}`
      },
    },
  ]
}

function octal(mode: number): string {
  return (mode & 0o777).toString(8)
}
