// What a person is asked at a terminal, and what becomes of each answer. Where no pseudo-terminal can be made, these tests are skipped.

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { startNode } from '../support/node-process.ts'
import { hasTerminal, onTerminal } from '../support/terminal.ts'

const BIN = new URL('../../src/cli/bin.js', import.meta.url).pathname

const INTERRUPT = '\u0003'

/** The data directory of a node that has ended. */
async function endedNode(): Promise<string> {
  const node = await startNode({ flags: ['--offline'] })
  await node.stop()
  return node.dataDir
}

function changePassphrase(dataDir: string, ...flags: string[]) {
  return onTerminal([process.execPath, BIN, 'identity', 'passphrase', '--data-dir', dataDir, ...flags])
}

async function protectedNode(): Promise<string> {
  const dataDir = await endedNode()
  const terminal = changePassphrase(dataDir)
  for (const question of [/New passphrase/, /Once more/]) {
    await terminal.shows(question)
    terminal.type('open sesame\r')
  }
  expect(await terminal.ended).toBe(0)
  expect(terminal.text()).toContain('The private key is encrypted.')
  expect(terminal.text()).not.toContain('sesame')
  return dataDir
}

function keysIn(dataDir: string): string[] {
  return readdirSync(join(dataDir, 'identity')).toSorted()
}

describe.skipIf(!hasTerminal)('on a terminal', () => {
  test('a new passphrase is asked for twice and not shown; the key is then opened by it, and by no other', async () => {
    const dataDir = await protectedNode()
    const wrong = changePassphrase(dataDir, '--remove')
    await wrong.shows(/Passphrase/)
    wrong.type('open barley\r')
    expect(await wrong.ended).toBe(1)
    const right = changePassphrase(dataDir, '--remove')
    await right.shows(/Passphrase/)
    right.type('open sesame\r')
    expect(await right.ended).toBe(0)
    expect(right.text()).toContain('kept without a passphrase now')
  })

  test('two that differ change nothing', async () => {
    const dataDir = await endedNode()
    const before = keysIn(dataDir)
    const terminal = changePassphrase(dataDir)
    await terminal.shows(/New passphrase/)
    terminal.type('open sesame\r')
    await terminal.shows(/Once more/)
    terminal.type('open barley\r')
    expect(await terminal.ended).toBe(2)
    expect(terminal.text()).toContain('The two passphrases differ.')
    expect(keysIn(dataDir)).toEqual(before)
  })

  test('an empty one is not taken, and whoever leaves has changed nothing', async () => {
    const dataDir = await endedNode()
    const before = keysIn(dataDir)
    const terminal = changePassphrase(dataDir)
    await terminal.shows(/New passphrase/)
    terminal.type('\r')
    await terminal.shows(/An empty passphrase protects nothing/)
    terminal.type(INTERRUPT)
    expect(await terminal.ended).toBe(5)
    expect(terminal.text()).toContain('Nothing was changed.')
    expect(keysIn(dataDir)).toEqual(before)
  })

  test('a node asks for it when it starts', async () => {
    const dataDir = await protectedNode()
    const flags = ['--data-dir', dataDir, '--port', '0', '--offline', '--passphrase']
    const terminal = onTerminal([process.execPath, BIN, 'start', ...flags])
    await terminal.shows(/Passphrase/)
    terminal.type('open sesame\r')
    await terminal.shows(/is running/)
    terminal.type(INTERRUPT)
    expect(await terminal.ended).toBe(0)
  })
})
