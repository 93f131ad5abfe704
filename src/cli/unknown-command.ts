// A verb, or the part of one, that there is not: loaded where it is needed, since it knows how names are misspelt from the configuration.

import { suggestionFor } from '../config/index.ts'
import { CliError } from './errors.ts'

/**
 * What is said of it, with what was meant.
 *
 * @param given - `stauts`, `peers lits`
 * @param names - what could have stood in the place of the last word
 * @param lister - the command whose help lists them
 */
export function unknownCommand(given: string, names: readonly string[], lister: string): CliError {
  const meant = suggestionFor(given.split(' ').at(-1) ?? '', names)
  const message = `Unknown command "${given}"${meant === '' ? '.' : meant} "${lister} --help" lists them all.`
  return new CliError(2, 'USAGE', message)
}
