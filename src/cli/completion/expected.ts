// What may stand at the end of a command line, by the program that would read it. Pure.

import type { Argument, Command, Option } from 'commander'

/** A word, and what it means. */
export interface Candidate {
  value: string
  description?: string | undefined
}

/** What may stand there. */
export type Expected =
  /** One of these. */
  | { kind: 'words'; words: Candidate[] }
  /** A value that the node or its settings know: of `--tag`, or of `topics remove <topic>`. */
  | { kind: 'value'; of: string }
  /** The name of a file or directory. */
  | { kind: 'file' }

/** What is expected, and what of the last word stands before it. */
export interface Place {
  expected: Expected
  /** `--tag=` of `--tag=sq`. */
  prefix: string
  /** Of the verb, without options. */
  given: string[]
}

/** Arguments that name a file. Options do when their value is a `<path>`. */
const FILES: readonly string[] = ['file', 'source', 'directory', 'backup']

/** @param words - behind the name of the program; the last one is the one to complete */
export function expectedAt(program: Command, words: readonly string[]): Place {
  const last = words.at(-1) ?? ''
  const walk = new Walk(program)
  for (const word of words.slice(0, -1)) walk.pass(word)
  const { given } = walk
  const [, prefix = ''] = /^(--[^=]+=)/.exec(last) ?? []
  const named = prefix === '' ? undefined : walk.option(prefix.slice(0, -1))
  if (walk.isOptionsEnded) return { expected: walk.argument(), prefix: '', given }
  const option = walk.awaiting ?? named
  if (option !== undefined) return { expected: valueIn(option), prefix: walk.awaiting ? '' : prefix, given }
  return { expected: last.startsWith('-') ? walk.options() : walk.argument(), prefix: '', given }
}

/** Reads words as commander would. */
class Walk {
  #command: Command
  readonly #path: string[] = []
  readonly given: string[] = []
  /** The option whose value comes next. */
  awaiting: Option | undefined
  isOptionsEnded = false

  constructor(program: Command) {
    this.#command = program
  }

  pass(word: string): void {
    if (this.awaiting !== undefined) this.awaiting = undefined
    else if (this.isOptionsEnded) this.given.push(word)
    else if (word === '--') this.isOptionsEnded = true
    else if (word.startsWith('-') && word !== '-') this.#passOption(word)
    else this.#passWord(word)
  }

  option(name: string): Option | undefined {
    return this.#allOptions().find(({ long, short }) => long === name || short === name)
  }

  options(): Expected {
    const words = this.#allOptions().map(({ long, short, description }) => ({
      value: long ?? short ?? '',
      description,
    }))
    return { kind: 'words', words: [...words, { value: '--help', description: 'print help' }] }
  }

  argument(): Expected {
    const parts = visible(this.#command.commands)
    if (parts.length > 0 && this.given.length === 0) {
      return { kind: 'words', words: parts.map((part) => ({ value: part.name(), description: part.description() })) }
    }
    const { registeredArguments: all } = this.#command
    const argument = all[this.given.length] ?? all.findLast(({ variadic }) => variadic)
    return argument === undefined ? { kind: 'words', words: [] } : this.#valueOf(argument)
  }

  #passOption(word: string): void {
    const option = this.option(word)
    if (option?.required || option?.optional) this.awaiting = option
  }

  #passWord(word: string): void {
    const part = this.given.length === 0 ? this.#command.commands.find((one) => one.name() === word) : undefined
    if (part === undefined) this.given.push(word)
    else {
      this.#command = part
      this.#path.push(word)
    }
  }

  /** Without a verb, those of `start`, which is the default. */
  #allOptions(): Option[] {
    const start = this.#path.length === 0 ? this.#command.commands.find((one) => one.name() === 'start') : undefined
    return [...this.#command.options, ...(start?.options ?? [])].filter(({ hidden }) => !hidden)
  }

  #valueOf(argument: Argument): Expected {
    const name = argument.name()
    if (argument.argChoices) return { kind: 'words', words: argument.argChoices.map((value) => ({ value })) }
    if (FILES.includes(name)) return { kind: 'file' }
    return { kind: 'value', of: `${this.#path.join(' ')} <${name}>` }
  }
}

function valueIn({ flags, long, short, argChoices }: Option): Expected {
  if (argChoices) return { kind: 'words', words: argChoices.map((value) => ({ value })) }
  return flags.includes('<path>') ? { kind: 'file' } : { kind: 'value', of: long ?? short ?? '' }
}

function visible(commands: readonly Command[]): Command[] {
  return commands.filter((command) => command.name() !== HIDDEN)
}

/** Shells call it, people do not. */
export const HIDDEN = 'complete'
