// Answers a shell: the candidates for the last word of a line. Whatever goes wrong, there are none: nobody asked for a message.

import { connectToNode } from '../client.ts'
import { dataDirFor } from '../loading.ts'
import { plain } from '../output.ts'
import { expectedAt } from './expected.ts'
import { bashWord, shellLine } from './shell-line.ts'
import { VALUES } from './values.ts'
import type { Command } from 'commander'
import type { NodePlace } from '../loading.ts'
import type { Candidate, Place } from './expected.ts'
import type { Shell } from './shells.ts'

/** Longer nobody waits at a prompt; a node that is well answers in some milliseconds. */
const TIMEOUT_MS = 500

/** Settings by their keys, without asking a node. */
const SETTING_KEYS: readonly string[] = ['config set <key>', 'config unset <key>']

/** Makes the part of the program that a line is about. */
export type BuildProgram = (verb: string | undefined) => Promise<Command>

/**
 * Lines for a shell; shells.ts says what they mean.
 *
 * @param words - as the script of this shell gives them: bash the line and its breaks, the others words
 */
export async function complete(buildProgram: BuildProgram, shell: Shell, words: readonly string[]): Promise<string[]> {
  const line = shell === 'bash' ? shellLine(words[0] ?? '', words[1] ?? '') : undefined
  const typed = line?.words.slice(1) ?? words
  const place = expectedAt(await buildProgram(typed[0]), typed)
  if (place.expected.kind === 'file') return ['file']
  const candidates = (await candidatesFor(place, typed)).filter(isPlain)
  const full = candidates.map(({ value, ...rest }) => ({ value: place.prefix + value, ...rest }))
  const meant = full.filter(({ value }) => value.startsWith(typed.at(-1) ?? ''))
  if (line === undefined) return ['words', ...meant.map(shell === 'zsh' ? zshLine : fishLine)]
  return ['words', ...meant.flatMap(({ value }) => bashWord(value, line) ?? [])]
}

async function candidatesFor({ expected, given }: Place, typed: readonly string[]): Promise<Candidate[]> {
  if (expected.kind === 'words') return expected.words
  if (expected.kind === 'file') return []
  if (SETTING_KEYS.includes(expected.of)) return settingKeys()
  const ask = Object.hasOwn(VALUES, expected.of) ? VALUES[expected.of] : undefined
  if (ask === undefined) return []
  return ask(await connectToNode(await dataDirFor(placeIn(typed)), TIMEOUT_MS), given)
}

async function settingKeys(): Promise<Candidate[]> {
  const { ALL_SETTINGS } = await import('../../config/index.ts')
  return ALL_SETTINGS.map(({ key, description }) => ({ value: key, description }))
}

/** The node that the line itself is about. */
function placeIn(words: readonly string[]): NodePlace {
  return { dataDir: optionIn(words, '--data-dir'), config: optionIn(words, '--config') }
}

function optionIn(words: readonly string[], name: string): string | undefined {
  const at = words.findIndex((word) => word === name || word.startsWith(`${name}=`))
  return words[at] === name ? words[at + 1] : words[at]?.slice(name.length + 1)
}

/** What a terminal would obey, or a shell read as two lines, is nothing to complete to. */
function isPlain({ value }: Candidate): boolean {
  return value !== '' && plain(value) === value
}

function fishLine({ value, description }: Candidate): string {
  return description === undefined ? value : `${value}\t${plain(description)}`
}

/** In zsh a colon ends the value. */
function zshLine({ value, description }: Candidate): string {
  const escaped = value.replace(/[\\:]/g, '\\$&')
  return description === undefined ? escaped : `${escaped}:${plain(description)}`
}
