// The token that callers of the API show: one line in a file of the data directory that only its owner can read.

import { randomBytes } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { writeWhole } from '../../util/index.ts'
import { StoreError, storeErrorFrom } from '../errors.ts'

/** Nobody guesses 256 bits. */
const TOKEN_BYTES = 32

/** RFC 6750 §2.1, of a length that is not guessed either: owners may write a token of their own. */
const TOKEN = /^[A-Za-z0-9._~+/-]{16,512}=*$/

/** Read, write and execute for group and others: none of it may be set. */
const EXPOSED_MODE = 0o077

/**
 * The token at a path; it is made when there is none.
 *
 * @param chosen - by the owner, in the configuration; it takes the place of whatever stands there, for verbs look only there
 * @throws StoreError `STORE_TOKEN_EXPOSED`, `STORE_TOKEN_INVALID`, `STORE_UNWRITABLE`
 */
export function loadToken(path: string, chosen?: string): string {
  try {
    const found = readToken(path)
    const wanted = chosen ?? found ?? newToken()
    return wanted === found ? found : writeToken(path, wanted)
  } catch (error) {
    throw storeErrorFrom(error, path)
  }
}

/** Of a token and what an editor may have put around it. */
const FILE_BYTES_MAX = 4_096

function readToken(path: string): string | undefined {
  const file = statSync(path, { throwIfNoEntry: false })
  if (file === undefined) return undefined
  if (process.platform !== 'win32' && (file.mode & EXPOSED_MODE) !== 0) throw exposed(path, file.mode)
  const token = file.size > FILE_BYTES_MAX ? '' : readFileSync(path, 'utf8').trim()
  if (!TOKEN.test(token)) throw invalid(path)
  return token
}

function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url')
}

function writeToken(path: string, token: string): string {
  writeWhole(path, `${token}\n`, 0o600)
  return token
}

function exposed(path: string, mode: number): StoreError {
  const found = (mode & 0o777).toString(8)
  const advice = `Remove it, so that a new token is made, or if nobody has read it run: chmod 600 ${path}`
  const fact = `The token ${path} can be read by others (mode ${found}, expected 600).`
  return new StoreError('STORE_TOKEN_EXPOSED', `${fact} ${advice}`, { path, found, expected: '600' })
}

function invalid(path: string): StoreError {
  const expected = '16 to 512 letters, digits or any of . _ ~ + / - in one line'
  const advice = 'Remove the file, and a new token is made.'
  return new StoreError('STORE_TOKEN_INVALID', `The token ${path} is none: expected ${expected}. ${advice}`, {
    path,
    expected,
  })
}
