// The face of bugreport/: everything that helps to find a fault, and nothing that is nobody’s business.

import { collect } from './collect.ts'
import { knownOf, redact } from './redaction.ts'
import type { Patient } from '../doctor/index.ts'

/** Stands first in each report. */
const ABOUT =
  'A report of egregore. Keys, passphrases, tokens, addresses of hooks, contents of messages, and the names of the user and of this machine are ' +
  'not in it. Public identities, addresses of peers, and paths are: read it before you give it to somebody.'

/** The report as one JSON value. */
export async function reportOn(patient: Patient): Promise<Record<string, unknown>> {
  const facts = redact(await collect(patient), knownOf(patient, process.env)) as Record<string, unknown> // As: it was one.
  return { about: ABOUT, ...facts }
}
