// Where releases come from: what package.json of the running program says, and nothing else. docs/update.md has the format.

import { existsSync, readFileSync } from 'node:fs'
import { isIPv4 } from 'node:net'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { CliError } from '../errors.ts'

/** The folder of the running program. */
export const PROGRAM = fileURLToPath(new URL('../../../', import.meta.url))

const KEY = 'expected the 32 bytes of an Ed25519 key, in base64'

const manifestSchema = z.object({
  version: z.string(),
  egregore: z
    .object({
      releases: z.object({
        url: z.url({ error: 'expected a URL' }).refine(isTrustedWay, 'expected https, or http to a loopback address'),
        key: z.base64(KEY).refine((key) => Buffer.from(key, 'base64').length === 32, KEY),
      }),
    })
    .optional(),
})

/** Who makes releases, and where the list of them is. */
export interface ReleaseSource {
  url: URL
  /** An Ed25519 public key, 32 bytes: whatever it did not sign is nothing to us. */
  key: Buffer
}

/** The program that asks. */
export interface Program {
  version: string
  source: ReleaseSource
}

/**
 * @throws CliError 4 `NO_RELEASE_SOURCE`, 1 `RELEASE_SOURCE_INVALID`
 */
export function readProgram(): Program {
  const manifest = manifestSchema.safeParse(JSON.parse(readFileSync(`${PROGRAM}package.json`, 'utf8')))
  if (!manifest.success) {
    const message = `package.json names a release source that cannot be used: ${z.prettifyError(manifest.error)}`
    throw new CliError(1, 'RELEASE_SOURCE_INVALID', message)
  }
  const { version, egregore } = manifest.data
  if (egregore === undefined) throw new CliError(4, 'NO_RELEASE_SOURCE', NO_SOURCE + (isClone() ? ` ${IN_CLONE}` : ''))
  const { url, key } = egregore.releases
  return { version, source: { url: new URL(url), key: Buffer.from(key, 'base64') } }
}

const NO_SOURCE = 'package.json of this program names no source of releases, so there is nothing to compare with.'

const IN_CLONE = 'This is a clone of the repository: "git pull && npm ci" brings what is new.'

/** @throws CliError 5 `UPDATE_IN_CLONE` */
export function refuseClone(): void {
  if (isClone()) throw new CliError(5, 'UPDATE_IN_CLONE', `${IN_CLONE} --check says whether there is a release.`)
}

function isClone(): boolean {
  return existsSync(`${PROGRAM}.git`)
}

/** Nobody listens in on a loopback address; on every other way somebody may, and may also keep a newer list from us. */
export function isTrustedWay(address: string): boolean {
  const url = URL.parse(address)
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))
}

/** Not `127.example.org`, which is anybody's. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'))
}
