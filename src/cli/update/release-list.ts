// The list of releases: verified before it is read, and compared with the version that runs. Pure.

import { createPublicKey, verify } from 'node:crypto'
import { z } from 'zod'
import { CliError } from '../errors.ts'
import type { ReleaseSource } from './source.ts'

/** No release is so large. */
const ARCHIVE_BYTES_MAX = 1024 * 1024 * 1024

const envelopeSchema = z.object({
  /** The list itself as text, so that there is one way to read what was signed. */
  signed: z.string(),
  signature: z.base64(),
})

const releaseSchema = z.object({
  version: z.string().regex(/^\d{1,6}\.\d{1,6}\.\d{1,6}$/, 'expected a version such as 1.2.3'),
  published_at: z.iso.datetime(),
  notes: z.string().max(4_000).optional(),
  /** Absolute, or beginning at the place of the list. */
  archive: z.string().max(2_048),
  bytes: z.int().min(1).max(ARCHIVE_BYTES_MAX),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'expected a SHA-256 in hex'),
})

const listSchema = z.object({
  format: z.literal('egregore-releases/1'),
  /** From then on somebody may be keeping a newer list from us. */
  expires_at: z.iso.datetime(),
  releases: z.array(releaseSchema).max(1_000),
})

/** One release, as its maker signed it. */
export type Release = z.output<typeof releaseSchema>

/**
 * The releases that are newer than a version, the newest first.
 *
 * @param text - what the source answered
 * @throws CliError 1 `RELEASES_INVALID`, `RELEASES_UNTRUSTED`, `RELEASES_EXPIRED`
 */
export function releasesAfter(version: string, text: string, key: ReleaseSource['key'], now: number): Release[] {
  const { signed, signature } = read(envelopeSchema, text)
  if (!isSigned(signed, signature, key)) {
    const message = 'The list of releases is not signed by the key in package.json. Nothing of it is believed.'
    throw new CliError(1, 'RELEASES_UNTRUSTED', message)
  }
  const { expires_at: end, releases } = read(listSchema, signed)
  if (Date.parse(end) <= now) {
    const message = `The list of releases ended at ${end}: it is no longer kept, or somebody keeps a newer one from you. Is the clock of this machine right?`
    throw new CliError(1, 'RELEASES_EXPIRED', message)
  }
  const newer = releases.filter((release) => compareVersions(release.version, version) > 0)
  return newer.sort((one, other) => compareVersions(other.version, one.version))
}

function read<Value>(schema: z.ZodType<Value>, text: string): Value {
  try {
    return schema.parse(JSON.parse(text))
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : (cause as Error).message
    throw new CliError(1, 'RELEASES_INVALID', `The list of releases cannot be read: ${why}`, { cause })
  }
}

function isSigned(text: string, signature: string, key: Buffer): boolean {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: key.toString('base64url') }
  return verify(null, Buffer.from(text), createPublicKey({ key: jwk, format: 'jwk' }), Buffer.from(signature, 'base64'))
}

/** By numbers; a version with words behind it, which no release has, counts without them. */
function compareVersions(one: string, other: string): number {
  const numbers = (version: string) => version.split(/[.+-]/, 3).map(Number)
  const [theirs, ours] = [numbers(other), numbers(one)]
  const differences = ours.map((number, place) => number - (theirs[place] ?? 0))
  return differences.find((difference) => difference !== 0) ?? 0
}
