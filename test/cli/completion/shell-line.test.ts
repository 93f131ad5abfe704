import { describe, expect, test } from 'vitest'
import { bashWord, shellLine } from '../../../src/cli/completion/shell-line.ts'

const BREAKS = ' \t\n"\'@><=;|&(:'

describe('a line is read as bash reads it', () => {
  test.each([
    ['egregore ', ['egregore', ''], '', 0],
    ['egregore  st', ['egregore', 'st'], '', 0],
    ['egregore peers why 10.0.0.1:76', ['egregore', 'peers', 'why', '10.0.0.1:76'], '', 9],
    ['egregore follow @kh=.e', ['egregore', 'follow', '@kh=.e'], '', 4],
    ['egregore feed --tag=sq', ['egregore', 'feed', '--tag=sq'], '', 6],
    ['egregore topics add two\\ w', ['egregore', 'topics', 'add', 'two w'], '', 0],
    ['egregore topics add a\\:b', ['egregore', 'topics', 'add', 'a:b'], '', 0],
    ['egregore topics add "two \\"w', ['egregore', 'topics', 'add', 'two "w'], '"', 0],
    ["egregore topics add 'a \\", ['egregore', 'topics', 'add', 'a \\'], "'", 0],
    ['egregore topics add a"b c', ['egregore', 'topics', 'add', 'ab c'], '"', 1],
    ['egregore topics add "" x', ['egregore', 'topics', 'add', '', 'x'], '', 0],
  ])('%s', (line, words, quote, kept) => {
    expect(shellLine(line, BREAKS)).toEqual({ words, quote, kept })
  })
})

describe('a value is written so that bash reads it again', () => {
  test.each([
    ['sqlite', '', 0, 'sqlite'],
    ['10.0.0.1:7655', '', 9, '7655'],
    ['ü-日本', '', 0, 'ü-日本'],
    ['two words', '', 0, 'two\\ words'],
    ['$(rm -rf ~)`x`;"\'', '', 0, '\\$\\(rm\\ -rf\\ \\~\\)\\`x\\`\\;\\"\\\''],
    ['a "$x" `y` \\', '"', 0, 'a \\"\\$x\\" \\`y\\` \\\\'],
    ['a "$x" `y` \\', "'", 0, 'a "$x" `y` \\'],
    ["it's", "'", 0, undefined],
  ] as const)('%s within %s', (value, quote, kept, written) => {
    expect(bashWord(value, { quote, kept })).toBe(written)
  })
})
