// The agents’ clients on this machine that were told of a node: whether what stands in their files still leads to this one.

import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, resolve } from 'node:path'
import { z } from 'zod'
import { EgregoreClient } from '../../../client/index.ts'
import { CLIENTS, ClientFile, entryIn } from '../../connect/index.ts'
import { SHORT_MS, skipped } from '../check.ts'
import type { EgregoreError } from '../../../client/index.ts'
import type { Client, Scope } from '../../connect/index.ts'
import type { Check, Finding, Patient } from '../check.ts'

/** The name that "egregore connect" gives, unless it is told another. */
const NAME = 'egregore'

const entrySchema = z.object({ url: z.string(), command: z.string(), args: z.array(z.string()) }).partial()

export const clients: Check = {
  name: 'clients',
  title: 'clients',
  timeoutMs: SHORT_MS,
  run: async (patient, signal) => {
    const scopes: Scope[] = ['user', 'project']
    const places = Object.values(CLIENTS).flatMap((client) =>
      scopes.map((scope) => ({ client, path: pathOf(client, scope) })),
    )
    const findings = await Promise.all(places.map((place) => findingOf(place, patient, signal)))
    const told = findings.flatMap((finding) => finding ?? [])
    return told.length > 0 ? told : skipped('no client of MCP was told of a node; "egregore connect" does that')
  },
}

function pathOf(client: Client, scope: Scope): string {
  const places = { home: homedir(), project: process.cwd(), environment: process.env, platform: process.platform }
  return resolve(client.path(scope, places))
}

/** Undefined for a client that was told nothing. */
async function findingOf(
  { client, path }: { client: Client; path: string },
  patient: Patient,
  signal: AbortSignal,
): Promise<Finding | undefined> {
  const about = client.title
  try {
    const entry = entryIn(client, new ClientFile(path).read() ?? '', NAME)
    if (entry === undefined) return undefined
    const { url, command, args = [] } = entrySchema.parse(entry)
    const wrong = url === undefined ? wrongProgram(command, args, patient) : await wrongUrl(url, patient, signal)
    if (wrong === undefined) return { verdict: 'ok', about, found: `${path} leads to this node` }
    return { ...wrong, about, found: `${path}: ${wrong.found}` }
  } catch (error) {
    return {
      verdict: 'warning',
      about,
      found: `${path} cannot be read: ${(error as Error).message}`,
      advice: 'Mend it by hand.',
    }
  }
}

function wrongProgram(command: string | undefined, args: readonly string[], { paths }: Patient): Finding | undefined {
  const missing = [command, ...args].find(
    (word) => word !== undefined && /\/bin\.js$|\/node$/.test(word) && isAbsolute(word) && !existsSync(word),
  )
  if (missing !== undefined) return { verdict: 'failed', found: `${missing} is not there any more`, advice: AGAIN }
  const dataDir = args[args.indexOf('--data-dir') + 1]
  if (!args.includes('--data-dir') || dataDir === undefined || resolve(dataDir) === paths.data) return undefined
  return { verdict: 'warning', found: `it leads to another data directory, ${dataDir}`, advice: AGAIN }
}

async function wrongUrl(url: string, { node, runtime }: Patient, signal: AbortSignal): Promise<Finding | undefined> {
  if (runtime?.api !== undefined && new URL(url).origin === new URL(runtime.api).origin && node !== undefined)
    return undefined
  const answers = await new EgregoreClient({ url: new URL(url).origin }).get('/health', { signal }).then(
    () => true,
    (error: EgregoreError) => error.status !== undefined, // As: the client throws nothing else. A node that is not well answers too.
  )
  if (answers) return { verdict: 'warning', found: `another node answers at ${url}`, advice: AGAIN }
  return {
    verdict: node === undefined ? 'skipped' : 'failed',
    found: `nothing answers at ${url}`,
    ...(node !== undefined && { advice: AGAIN }),
  }
}

const AGAIN = 'Run "egregore connect" for this client again.'
