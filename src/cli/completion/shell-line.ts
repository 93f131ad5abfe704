// A line of bash up to the cursor: its words as the shell would read them, and what of the last one bash will replace. Pure.

/** A line that is being typed. */
export interface ShellLine {
  /** Unquoted; the last one, which may be empty, is the one to complete. */
  words: string[]
  /** The quote that is open at the cursor. */
  quote: '' | '"' | "'"
  /** Characters of the last word that bash takes for another word, which ends at one of its breaks. */
  kept: number
}

/** @param breaks - COMP_WORDBREAKS: bash completes what stands behind the last of these, though its own words are longer */
export function shellLine(line: string, breaks: string): ShellLine {
  const reading = new Reading(breaks)
  for (const character of line) reading.take(character)
  return reading.end()
}

class Reading {
  readonly #breaks: string
  readonly #words: string[] = []
  #word: string | undefined
  #quote: ShellLine['quote'] = ''
  #isEscaped = false
  #kept = 0

  constructor(breaks: string) {
    this.#breaks = breaks
  }

  take(character: string): void {
    if (this.#isEscaped) this.#add(character)
    else if (this.#quote !== '') this.#quoted(this.#quote, character)
    else if (character === '\\') this.#isEscaped = true
    else if (character === '"' || character === "'") this.#open(character)
    else if (/\s/.test(character)) this.#endWord()
    else {
      this.#add(character)
      if (this.#breaks.includes(character)) this.#kept = this.#word?.length ?? 0
    }
  }

  end(): ShellLine {
    return { words: [...this.#words, this.#word ?? ''], quote: this.#quote, kept: this.#kept }
  }

  #quoted(quote: '"' | "'", character: string): void {
    if (character === quote) this.#quote = ''
    else if (character === '\\' && quote === '"') this.#isEscaped = true
    else this.#add(character)
  }

  /** What stands in quotes is one word to bash, from the quote on. */
  #open(quote: '"' | "'"): void {
    this.#quote = quote
    this.#word ??= ''
    this.#kept = this.#word.length
  }

  #add(character: string): void {
    this.#isEscaped = false
    this.#word = (this.#word ?? '') + character
  }

  #endWord(): void {
    if (this.#word !== undefined) this.#words.push(this.#word)
    this.#word = undefined
    this.#kept = 0
  }
}

/** What bash puts behind {@link ShellLine.kept}; undefined for what cannot be written within an open quote. */
export function bashWord(value: string, { quote, kept }: Pick<ShellLine, 'quote' | 'kept'>): string | undefined {
  const rest = value.slice(kept)
  if (quote === "'") return rest.includes("'") ? undefined : rest
  return quote === '"' ? rest.replace(/["\\$`]/g, '\\$&') : rest.replace(/[^\w@%+=:,./\-\p{L}\p{N}]/gu, '\\$&')
}
