// What comes over the network from a source of releases: bounded in bytes and time, and never believed before it is verified.

import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { CliError } from '../errors.ts'
import { isTrustedWay } from './source.ts'
import type { Release } from './release-list.ts'

/** A list names a thousand releases at most. */
const LIST_BYTES_MAX = 1024 * 1024

const LIST_MS_MAX = 30_000

/** 1 GiB over a slow line. */
const ARCHIVE_MS_MAX = 3_600_000

/** A host that keeps files elsewhere needs one; a circle has no end. */
const REDIRECTS_MAX = 3

/**
 * The text of a list.
 *
 * @throws CliError 1 `RELEASES_UNREACHABLE`, `RELEASES_INVALID` when it is too long; 6 `TIMED_OUT`
 */
export async function fetchList(url: URL): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of bytesOf(url, AbortSignal.timeout(LIST_MS_MAX))) {
    length += chunk.length
    if (length > LIST_BYTES_MAX)
      throw new CliError(1, 'RELEASES_INVALID', `${url} is longer than ${LIST_BYTES_MAX} bytes.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** `there`: it was downloaded before, and is right. */
export type Downloaded = 'downloaded' | 'there'

/**
 * Brings an archive, under its name only when it is whole and is what was signed.
 *
 * @throws CliError 1 `RELEASES_UNREACHABLE`, `RELEASE_DAMAGED`, `FILE_UNWRITABLE`; 5 `FILE_TAKEN`; 6 `TIMED_OUT`
 */
export async function downloadArchive(list: URL, release: Release, path: string): Promise<Downloaded> {
  if (existsSync(path)) {
    if (
      createHash('sha256')
        .update(await readFile(path))
        .digest('hex') === release.sha256
    )
      return 'there'
    throw new CliError(5, 'FILE_TAKEN', `${path} is another file, and stays as it is. Choose another --to.`)
  }
  const url = new URL(release.archive, list)
  // Of this run alone: another one may be under way, and in a directory of others a known name could be a link of theirs.
  const draft = `${path}.${randomUUID()}.part`
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeArchive(url, release, draft)
    await rename(draft, path)
    return 'downloaded'
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined) // Why it failed is what is told.
    throw error instanceof CliError ? error : unwritable(path, error)
  }
}

function unwritable(path: string, cause: unknown): CliError {
  const message = `${path} cannot be written: ${(cause as Error).message}. Choose another --to.`
  return new CliError(1, 'FILE_UNWRITABLE', message, { cause })
}

async function writeArchive(url: URL, { bytes, sha256 }: Release, draft: string): Promise<void> {
  const hash = createHash('sha256')
  let length = 0
  await using file = await open(draft, 'wx', 0o600)
  for await (const chunk of bytesOf(url, AbortSignal.timeout(ARCHIVE_MS_MAX))) {
    length += chunk.length
    if (length > bytes) throw damaged(url, `has more than the ${bytes} bytes that were signed`)
    hash.update(chunk)
    await file.write(chunk)
  }
  if (length < bytes) throw damaged(url, `ended after ${length} of ${bytes} bytes`)
  if (hash.digest('hex') !== sha256) throw damaged(url, 'is not what was signed: its SHA-256 differs')
  await file.sync()
}

function damaged(url: URL, why: string): CliError {
  return new CliError(1, 'RELEASE_DAMAGED', `${url} ${why}. It was thrown away, and nothing was changed.`)
}

async function* bytesOf(url: URL, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    const { body } = await follow(url, signal)
    if (body !== null) yield* body
  } catch (error) {
    if (error instanceof CliError) throw error
    if (signal.aborted)
      throw new CliError(6, 'TIMED_OUT', `${url} did not answer to the end in time.`, { cause: error })
    // As: fetch throws nothing else, and says why in its cause.
    const { message, cause } = error as Error & { cause?: Error }
    throw unreachable(url, cause?.message ?? message, error)
  }
}

/** Redirects lead only where the first address might have led: the signature holds what comes, but who listens in need not know. */
async function follow(url: URL, signal: AbortSignal, redirects = 0): Promise<Response> {
  if (!isTrustedWay(url.href)) throw unreachable(url, 'only https is used, or http to a loopback address')
  // As it lies there: what is signed is the compressed file.
  const headers = { 'accept-encoding': 'identity' }
  const response = await fetch(url, { headers, signal, redirect: 'manual' })
  const to = response.headers.get('location')
  if (response.status >= 300 && response.status < 400 && to !== null) {
    await response.body?.cancel()
    if (redirects === REDIRECTS_MAX) throw unreachable(url, `more than ${REDIRECTS_MAX} redirects`)
    const next = new URL(to, url)
    if (next.protocol !== url.protocol) throw unreachable(url, `it leads from ${url.protocol} to ${next.protocol}`)
    return follow(next, signal, redirects + 1)
  }
  if (response.ok) return response
  await response.body?.cancel()
  throw unreachable(url, `it answers ${response.status}`)
}

function unreachable(url: URL, why: string, cause?: unknown): CliError {
  return new CliError(1, 'RELEASES_UNREACHABLE', `${url} cannot be fetched: ${why}. Nothing was changed.`, { cause })
}
