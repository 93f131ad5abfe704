// Servers in TOML: whole tables are cut out and appended as text, so that comments stay. The library reads, to see that nothing else changed.

import { parse, stringify, TomlError } from 'smol-toml'
import { TextError } from './text-error.ts'
import type { Entries, Entry } from './entries.ts'

export const tomlEntries: Entries = {
  read(text) {
    try {
      return parse(text)
    } catch (error) {
      if (!(error instanceof TomlError)) throw error
      const [message = ''] = error.message.split('\n')
      throw new TextError(`it is no TOML: ${message.replace('Invalid TOML document: ', '')}`, error.line, error.column)
    }
  },

  write(text, section, name, entry) {
    const newline = text.includes('\r\n') ? '\r\n' : '\n'
    const lines = text.split(/\r?\n/)
    const { start, end } = tablesOf(lines, section, name)
    const table = entry === undefined ? [] : tableText(section, name, entry).trimEnd().split('\n')
    // In the place of what stood there, or behind everything else.
    if (start !== end) lines.splice(start, end - start, ...table)
    else if (table.length > 0) {
      while (lines.at(-1)?.trim() === '') lines.pop()
      lines.push(...(lines.length > 0 ? [''] : []), ...table, '')
    }
    return lines.join(newline)
  },

  print: tableText,
}

function tableText(section: string, name: string, entry: Entry): string {
  return stringify({ [section]: { [name]: entry } })
}

/** The lines of a table and those below it; comments in front of the next table belong to that one. */
function tablesOf(lines: readonly string[], section: string, name: string): { start: number; end: number } {
  const start = lines.findIndex((line) => isHeader(line, section, name))
  if (start === -1) return { start: 0, end: 0 }
  let end = lines.findIndex((line, index) => index > start && /^\s*\[/.test(line) && !isHeader(line, section, name))
  if (end === -1) end = lines.length
  while (end > start + 1 && /^\s*(#.*)?$/.test(lines[end - 1] ?? '')) end--
  return { start, end }
}

/** `[mcp_servers.egregore]`, with or without quotes, or a table below it. */
function isHeader(line: string, section: string, name: string): boolean {
  const keys = /^\s*\[([^[\]]+)\]\s*(#.*)?$/
    .exec(line)?.[1]
    ?.split('.')
    .map((key) => key.trim().replace(/^(["'])(.*)\1$/, '$2'))
  return keys?.[0] === section && keys[1] === name
}
