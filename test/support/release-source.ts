// A source of releases on a real server, and a copy of the program that believes in it.

import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { once } from 'node:events'
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { temporaryDirectory } from './temporary.ts'
import type { KeyObject } from 'node:crypto'
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

const REPOSITORY = new URL('../../', import.meta.url).pathname

export const ARCHIVE = Buffer.from('what would be a compressed archive')

/** The pair of a maker of releases. */
export function makerKey(): { secret: KeyObject; key: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const { x = '' } = publicKey.export({ format: 'jwk' })
  return { secret: privateKey, key: Buffer.from(x, 'base64url').toString('base64') }
}

/** A list as its maker publishes it. */
export function signedList(secret: KeyObject, list: unknown): string {
  const signed = typeof list === 'string' ? list : JSON.stringify(list)
  return JSON.stringify({ signed, signature: sign(null, Buffer.from(signed), secret).toString('base64') })
}

/** What a list says of {@link ARCHIVE}. */
export function release(version: string, changes: Record<string, unknown> = {}): Record<string, unknown> {
  const sha256 = createHash('sha256').update(ARCHIVE).digest('hex')
  const published_at = '2026-11-01T00:00:00Z'
  return { version, published_at, archive: `${version}.tar.gz`, bytes: ARCHIVE.length, sha256, ...changes }
}

export function listOf(...releases: unknown[]): Record<string, unknown> {
  return { format: 'egregore-releases/1', expires_at: '2999-01-01T00:00:00Z', releases }
}

/** Serves until the test ends, and answers its address. */
export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}` // As: it listens on TCP.
}

/** Answers each path with its text; another path is not found. */
export function serveFiles(files: Record<string, string | Buffer>): Promise<string> {
  return serve(({ url = '' }, response) => {
    const file = files[url]
    response.writeHead(file === undefined ? 404 : 200).end(file)
  })
}

/** A copy of the program with a source of releases, or without one, which is no clone. */
export function programWith(releases: unknown): { bin: string; folder: string } {
  const folder = join(temporaryDirectory(), 'egregore')
  mkdirSync(folder)
  const manifest = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8'))
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ ...manifest, ...(releases !== undefined && { egregore: { releases } }) }),
  )
  cpSync(join(REPOSITORY, 'src'), join(folder, 'src'), { recursive: true })
  for (const name of ['node_modules', 'protocols']) symlinkSync(join(REPOSITORY, name), join(folder, name))
  return { bin: join(folder, 'src/cli/bin.js'), folder }
}
