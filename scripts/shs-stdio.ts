// Either side of Secret Handshake 1 over stdin and stdout, so that the public suite shs1-test and foreign clients can
// try ours: protocols/capability/1/spec.md §10.
//
//   node scripts/shs-stdio.ts server <network id> <server secret key, 64 bytes> <server public key>
//   node scripts/shs-stdio.ts client <network id> <server public key>
//
// All arguments in hex; the client makes itself a new identity. After a good handshake it writes encryption key,
// encryption nonce, decryption key and decryption nonce, 112 bytes. After a bad one it exits 1 and writes nothing more.

import { ed25519 } from '@noble/curves/ed25519.js'
import { CapabilityError } from '../src/network/capability/errors.ts'
import { shakeAsClient, shakeAsServer } from '../src/network/capability/handshake.ts'
import { newEphemeralKeys } from '../src/network/capability/primitives.ts'
import type { Wire } from '../src/network/capability/handshake.ts'
import type { Session } from '../src/network/capability/shs.ts'

const SEED_BYTES = 32

try {
  const session = await shake(process.argv.slice(2), stdioWire())
  await writeAll(sessionBytes(session))
  process.exit(0)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}

async function shake([role, ...keys]: string[], wire: Wire): Promise<Session> {
  const [capability, first, second] = keys.map((key) => Uint8Array.from(Buffer.from(key, 'hex')))
  if (role === 'server' && capability && first && second) {
    // NaCl's secret key is the seed, then the public key.
    const identity = { seed: first.slice(0, SEED_BYTES), publicKey: second }
    return (await shakeAsServer(wire, { capabilities: [capability], identity, ephemeral: newEphemeralKeys() })).session
  }
  if (role === 'client' && capability && first) {
    const { secretKey, publicKey } = ed25519.keygen()
    const identity = { seed: secretKey, publicKey }
    return shakeAsClient(wire, { capability, identity, ephemeral: newEphemeralKeys(), serverKey: first })
  }
  throw new Error(
    'usage: shs-stdio.ts server <network id> <secret key> <public key> | client <network id> <server key>',
  )
}

function stdioWire(): Wire {
  const chunks = process.stdin.iterator({ destroyOnReturn: false })
  let unread = Buffer.alloc(0)
  return {
    write: writeAll,
    async read(bytes) {
      while (unread.length < bytes) {
        const { value, done } = await chunks.next()
        if (done) throw new CapabilityError('CAPABILITY_CLOSED', 'the other side closed its end')
        unread = Buffer.concat([unread, value])
      }
      const message = Uint8Array.from(unread.subarray(0, bytes))
      unread = unread.subarray(bytes)
      return message
    },
  }
}

/** Waits until the bytes have left: a pipe loses what is unwritten when the process exits. */
function writeAll(bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(bytes, (error) => (error ? reject(error) : resolve()))
  })
}

function sessionBytes({ encryptionKey, encryptionNonce, decryptionKey, decryptionNonce }: Session): Uint8Array {
  return Buffer.concat([encryptionKey, encryptionNonce, decryptionKey, decryptionNonce])
}
