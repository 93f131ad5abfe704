// Completion as shells do it, by the scripts that they are given and a node that runs. Shells that a machine lacks are skipped.

import { execFile, spawnSync } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { SCRIPTS } from '../../src/cli/completion/shells.ts'
import { runVerb, startNode } from '../support/node-process.ts'
import { identityOf } from '../support/open-log.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import { hasTerminal, onTerminal } from '../support/terminal.ts'

const BIN = new URL('../../src/cli/bin.js', import.meta.url).pathname

function has(shell: string): boolean {
  return spawnSync(shell, ['-c', 'exit 0']).status === 0
}

/** A node with something to complete to, and an environment in which shells find egregore and it. */
async function completable() {
  const { dataDir, post, author } = await startNode({ flags: ['--offline'] }).then((node) => ({
    dataDir: node.dataDir,
    author: node.author,
    post: (path: string) => node.post(path, undefined),
  }))
  const { author: followed } = identityOf(2)
  await post(`/v1/follows/${encodeURIComponent(followed)}`)
  for (const topic of ['sqlite', 'two words $(touch x)']) await post(`/v1/topics/${encodeURIComponent(topic)}`)
  const directory = temporaryDirectory()
  const shim = join(directory, 'egregore')
  writeFileSync(shim, `#!/bin/sh\nexec '${process.execPath}' '${BIN}' "$@"\n`)
  chmodSync(shim, 0o755)
  const env = { ...process.env, PATH: `${directory}:${process.env.PATH}`, EGREGORE_DATA_DIR: dataDir, HOME: directory }
  return { env, directory, followed, author, dataDir }
}

async function ran(shell: string, args: readonly string[], env: NodeJS.ProcessEnv, cwd: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)(shell, args, { env, cwd })
  return stdout.split('\n').filter((line) => line !== '')
}

test.skipIf(!has('bash'))('bash completes verbs, options, values with breaks and spaces, and files', async () => {
  const { env, directory, followed } = await completable()
  writeFileSync(join(directory, 'rc'), SCRIPTS.bash)
  const ask = `source ./rc; COMP_WORDBREAKS=$' \\t\\n"\\'@><=;|&(:'; COMP_LINE=$1; COMP_POINT=\${#1}; _egregore_complete; printf '%s\\n' "\${COMPREPLY[@]}"`
  const reply = (line: string) => ran('bash', ['--norc', '-c', ask, 'bash', line], env, directory)
  expect(await reply('egregore stat')).toEqual(['status'])
  expect(await reply('egregore peers --he')).toEqual(['--help'])
  expect(await reply('egregore topics remove ')).toEqual(['sqlite', 'two\\ words\\ \\$\\(touch\\ x\\)'])
  expect(await reply('egregore topics remove "two')).toEqual(['two words \\$(touch x)'])
  expect(await reply(`egregore unfollow ${followed.slice(0, -8)}`)).toEqual([followed.split('=').at(-1)])
  expect(await reply('egregore import ')).toEqual([])
})

test.skipIf(!has('bash') || !hasTerminal)('bash on a terminal writes what is meant when tab is pressed', async () => {
  const { env, directory } = await completable()
  writeFileSync(join(directory, 'rc'), `${SCRIPTS.bash}PS1='ready> '\n`)
  const terminal = onTerminal(
    ['bash', '--noprofile', '--rcfile', join(directory, 'rc'), '-i'],
    env as Record<string, string>,
  )
  await terminal.shows(/ready> /)
  terminal.type('egregore topics remove tw\t')
  await terminal.shows(/two\\ words\\ \\\$\\\(touch\\ x\\\) /)
  terminal.type('&& echo done\n')
  await terminal.shows(/not keeping two words \$\(touch x\)/)
})

test.skipIf(!has('fish'))('fish completes verbs with what they do, and values', async () => {
  const { env, directory } = await completable()
  const reply = (line: string) =>
    ran('fish', ['--no-config', '-c', `egregore completion fish | source; complete -C '${line}'`], env, directory)
  expect(await reply('egregore stat')).toEqual(['status\thow the running node is'])
  expect(await reply('egregore topics remove ')).toEqual(['sqlite', 'two words $(touch x)'])
  writeFileSync(join(directory, 'all.ndjson'), '')
  expect(await reply('egregore import all')).toEqual(['all.ndjson'])
})

test.skipIf(!has('zsh') || !hasTerminal)('zsh completes verbs and values', async () => {
  const { env, directory, followed } = await completable()
  const rc = `PS1='ready> '; unsetopt zle_bracketed_paste; autoload -U compinit; compinit -u -d $ZDOTDIR/dump\n${SCRIPTS.zsh}`
  writeFileSync(join(directory, '.zshrc'), rc)
  const shell = onTerminal(['zsh', '-i'], { ...(env as Record<string, string>), ZDOTDIR: directory })
  await shell.shows(/ready> /)
  shell.type('egregore topics remove tw\t')
  await shell.shows(/two\\ words\\ \\\$\\\(touch\\ x\\\) /)
  shell.type('\n')
  await shell.shows(/not keeping two words \$\(touch x\)/)
  await shell.shows(/ready> /)
  shell.type(`egregore unfollow ${followed.slice(0, 6)}\t\n`)
  await shell.shows(/not following @/)
})

describe('without a node', () => {
  test('there is nothing to complete to, and nothing is said', async () => {
    const environment = { EGREGORE_DATA_DIR: temporaryDirectory() }
    const ended = await runVerb(['complete', 'fish', '--', 'topics', 'remove', ''], environment)
    expect(ended).toEqual({ exitCode: 0, stdout: 'words\n', stderr: '' })
  })
})

test.each(['bash', 'zsh', 'fish'] as const)('the script for %s is printed', async (shell) => {
  expect(await runVerb(['completion', shell])).toEqual({ exitCode: 0, stdout: SCRIPTS[shell], stderr: '' })
})
