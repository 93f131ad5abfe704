// egregore identity: who this node is, and its private key: under a passphrase, taken to another machine. Keys are files; no node is asked.

import { existsSync, writeFileSync } from 'node:fs'
import { Command } from 'commander'
import { pathsOf } from '../../data-directory.ts'
import { readAtMost } from '../../util/index.ts'
import { CliError } from '../errors.ts'
import { dataDirFor } from '../loading.ts'
import { nodeOf, withNodeOptions } from '../node-options.ts'
import { print, printFacts, printJson } from '../output.ts'
import { readPassphrase } from '../passphrase.ts'
import type { NodeOptions } from '../node-options.ts'

interface KeyOptions extends NodeOptions {
  /** Opens the key as it is now. */
  passphraseFile?: string
  newPassphraseFile?: string
}

const EXAMPLES = `
Examples:
  $ egregore identity show
  $ egregore identity passphrase                 # encrypts the key, or changes its passphrase
  $ egregore identity export me.key              # always encrypted
  $ egregore identity import me.key --data-dir ./new-home
  $ egregore identity resume --yes               # after the log was lost, where no peer has it`

export function identityCommand(): Command {
  const identity = new Command('identity').description('who this node is, and its private key')
  const show = withNodeOptions(new Command('show').description('who this node is')).action(showIdentity)
  identity.addCommand(show, { isDefault: true })
  identity.addCommand(
    withKeyOptions(new Command('passphrase').description('encrypt the private key, or change its passphrase'))
      .option('--remove', 'keep the key without a passphrase from now on')
      .action(changePassphrase),
  )
  identity.addCommand(
    withKeyOptions(new Command('export').description('write the identity to a file, under a passphrase'))
      .argument('<file>', 'is made; one that is there is not overwritten')
      .action(exportTo),
  )
  identity.addCommand(
    withKeyOptions(new Command('import').description('put an identity into a data directory that has none'))
      .argument('<file>', 'an exported identity, or a secret.key')
      .option('--offline', 'no peer holds more of its feed than this directory: publish without asking one')
      .action(importFrom),
  )
  identity.addCommand(
    withNodeOptions(new Command('resume').description('publish without asking a peer what it holds of our feed'))
      .option('--yes', 'no other node holds messages of our feed that are not here')
      .action(resume),
  )
  return identity.addHelpText('after', EXAMPLES)
}

/** An import of nothing, by somebody who knows that nothing is missing. What follows from a mistake is for ever. */
async function resume({ yes, ...options }: NodeOptions & { yes?: true }): Promise<void> {
  if (yes === undefined) throw new CliError(5, 'WOULD_FORK', WOULD_FORK)
  const node = await nodeOf(options)
  const { data } = await node.post('/v1/import', { json: JSON.stringify({ messages: [], offline: true }) })
  if (options.json) return printJson({ publishing_waits: data.publishing_waits })
  print('The node publishes from now on.')
}

const WOULD_FORK =
  'If any other node holds messages of this feed that are not here, publishing forks it, and it can never go on. Connect to such a node, and publishing goes on by itself. Say it again with --yes if there is none.'

function withKeyOptions(command: Command): Command {
  return withNodeOptions(command)
    .option('--passphrase-file <path>', 'holds the passphrase (env: EGREGORE_PASSPHRASE_FILE)')
    .option('--new-passphrase-file <path>', 'holds the passphrase that is to be')
}

async function showIdentity(options: NodeOptions): Promise<void> {
  const { data } = await (await nodeOf(options)).get('/v1/identity')
  if (options.json) return printJson(data)
  printFacts([
    ['author', data.public_id],
    ['PeerId', data.peer_id ?? '(offline)'],
    ['X25519', data.x25519_public],
    ['addresses', (data.multiaddrs ?? []).join('\n           ')],
  ])
}

async function changePassphrase(options: KeyOptions & { remove?: true }): Promise<void> {
  const { hasSealedKey, protectIdentity } = await import('../../store/index.ts')
  const { identity: directory } = pathsOf(await dataDirFor(options))
  const current = hasSealedKey(directory) ? await currentPassphrase(options) : undefined
  const next = options.remove ? undefined : await newPassphrase(options)
  const { author } = protectIdentity(directory, current, { passphrase: next })
  if (options.json) return printJson({ public_id: author, encrypted: next !== undefined })
  print(next === undefined ? 'The private key is kept without a passphrase now.' : ENCRYPTED)
}

const ENCRYPTED = 'The private key is encrypted. Start the node with --passphrase, or with EGREGORE_PASSPHRASE_FILE.'

async function exportTo(path: string, options: KeyOptions): Promise<void> {
  const { exportIdentity, hasSealedKey } = await import('../../store/index.ts')
  const { identity: directory } = pathsOf(await dataDirFor(options))
  // Before anybody types a passphrase twice.
  if (existsSync(path)) throw new CliError(1, 'FILE_UNWRITABLE', `${path} is there already, and is not overwritten.`)
  const current = hasSealedKey(directory) ? await currentPassphrase(options) : undefined
  const text = exportIdentity(directory, current, await newPassphrase(options))
  writeNew(path, text)
  if (options.json) return printJson({ path })
  print(`The identity is in ${path}. Whoever has it and its passphrase is this author: run it in one place only.`)
}

async function importFrom(path: string, options: KeyOptions & { offline?: true }): Promise<void> {
  const { holdPublishing, importIdentity, isSealedFile, lockDirectory, releasePublishing } = await import(
    '../../store/index.ts'
  )
  const paths = pathsOf(await dataDirFor(options))
  const file = contentOf(path)
  const passphrase = isSealedFile(file) ? await currentPassphrase(options) : undefined
  const lock = lockDirectory(paths.data)
  try {
    // Held before there is a key: a crash in between must not leave one that speaks at once.
    const hold = () => holdPublishing(paths.database)
    const { identity, isNew, isSealed } = importIdentity(paths.identity, file, path, { passphrase }, hold)
    if (options.offline) releasePublishing(paths.database)
    const waits = isNew && !options.offline
    if (options.json) return printJson({ public_id: identity.author, publishing_waits: waits, encrypted: isSealed })
    const stays = isSealed && passphrase === undefined ? STAYS_SEALED : ''
    print(`${identity.author} lives in ${paths.data} now.${stays}${waits ? WAITS : ''}`)
  } finally {
    lock.release()
  }
}

const WAITS =
  ' It publishes as soon as a peer has told what it holds of its feed; without peers, import with --offline.'

const STAYS_SEALED =
  ' It lay there encrypted, and stays so under its passphrase. To keep it in plain: egregore identity passphrase --remove.'

function currentPassphrase({ passphraseFile }: KeyOptions): Promise<string> {
  const file = passphraseFile ?? process.env.EGREGORE_PASSPHRASE_FILE
  return readPassphrase({ file, question: 'Passphrase' })
}

function newPassphrase({ newPassphraseFile }: KeyOptions): Promise<string> {
  return readPassphrase({ file: newPassphraseFile, question: 'New passphrase', isNew: true })
}

/** An exported identity has some hundred bytes, however it is laid out. */
const IDENTITY_BYTES_MAX = 16_384

function contentOf(path: string): Uint8Array {
  try {
    return readAtMost(path, IDENTITY_BYTES_MAX)
  } catch (cause) {
    throw new CliError(4, 'FILE_UNREADABLE', `${path} cannot be read: ${(cause as Error).message}`, { cause })
  }
}

function writeNew(path: string, text: string): void {
  try {
    writeFileSync(path, text, { mode: 0o600, flag: 'wx' })
  } catch (cause) {
    throw new CliError(1, 'FILE_UNWRITABLE', `${path} cannot be made: ${(cause as Error).message}`, { cause })
  }
}
