// A passphrase on its way in: from a file that the environment or a flag names, or from the person at the terminal. Never from the command
// line itself, which other users of the machine can read.

import { readAtMost } from '../util/index.ts'
import { CliError } from './errors.ts'

/** A file with one passphrase; a larger one is another file. */
const FILE_BYTES_MAX = 4_096

/** Where to look, and what to say. */
export interface PassphraseInit {
  /** A file that holds it. */
  file?: string | undefined
  /** What to ask at the terminal. */
  question: string
  /** A new one is asked for twice: nobody can open what a slip of the finger has closed. */
  isNew?: boolean
}

/**
 * @throws CliError 2 when there is neither file nor terminal, or the file holds none; 5 when the question was not answered
 */
export async function readPassphrase({ file, question, isNew = false }: PassphraseInit): Promise<string> {
  if (file !== undefined) return passphraseIn(file)
  if (!process.stdin.isTTY) {
    const advice = 'Run it in a terminal, or name a file that holds it: EGREGORE_PASSPHRASE_FILE=/path.'
    throw new CliError(2, 'NO_TERMINAL', `A passphrase is needed and there is nobody to ask. ${advice}`)
  }
  const passphrase = await ask(question)
  if (isNew && (await ask('Once more, to be sure')) !== passphrase) {
    throw new CliError(2, 'PASSPHRASE_MISMATCH', 'The two passphrases differ. Nothing was changed; try again.')
  }
  return passphrase
}

/** One line end behind it is the editor's, not the passphrase's. */
function passphraseIn(path: string): string {
  const text = contentOf(path).replace(/\r?\n$/, '')
  if (text !== '' && !text.includes('\n')) return text
  const expected = `one line with a passphrase of at most ${FILE_BYTES_MAX} bytes`
  throw new CliError(2, 'PASSPHRASE_FILE_INVALID', `${path} must hold ${expected}.`)
}

function contentOf(path: string): string {
  try {
    return Buffer.from(readAtMost(path, FILE_BYTES_MAX)).toString('utf8')
  } catch (cause) {
    const message = `The passphrase file ${path} cannot be read: ${(cause as Error).message}`
    throw new CliError(2, 'PASSPHRASE_FILE_INVALID', message, { cause })
  }
}

async function ask(message: string): Promise<string> {
  // Loaded only here: few verbs ask anything.
  const { isCancel, password } = await import('@clack/prompts')
  const answer = await password({ message, output: process.stderr, validate: (text) => (text ? undefined : EMPTY) })
  if (isCancel(answer)) throw new CliError(5, 'CANCELLED', 'Nothing was changed.')
  return answer
}

const EMPTY = 'An empty passphrase protects nothing.'
