import { noise } from '@chainsafe/libp2p-noise'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { describe, expect, test } from 'vitest'
import { UNREAD_BYTES_MAX } from '../../../src/network/capability/constants.ts'
import { shakeAsServer } from '../../../src/network/capability/handshake.ts'
import { CapabilityError, capabilityGate, Gates } from '../../../src/network/capability/index.ts'
import {
  readClientHello,
  readServerHello,
  writeClientAuthenticate,
  writeClientHello,
  writeServerHello,
} from '../../../src/network/capability/shs.ts'
import {
  clientOf,
  componentsOf,
  connect,
  keyringOf,
  member,
  muxer,
  OURS,
  relayBytes,
  serverOf,
  stranger,
  THEIRS,
  unreadUntilClose,
  wireOver,
} from './peers.ts'
import type { MessageStream, MultiaddrConnection } from '@libp2p/interface'
import type { CapabilityCause } from '../../../src/network/capability/index.ts'
import type { Member } from './peers.ts'

describe('members of one network', () => {
  test('pass, know each other, and keep the muxer that Noise agreed on', async () => {
    const [dialler, listener] = [await member(1), await member(2)]
    const [out, into] = await bothSides(dialler, listener)
    expect(out).toMatchObject({ status: 'fulfilled' })
    expect(into).toMatchObject({ status: 'fulfilled' })
    expect(passed(out).remotePeer.equals(listener.peerId)).toBe(true)
    expect(passed(into).remotePeer.equals(dialler.peerId)).toBe(true)
    expect(passed(out).streamMuxer).toBe(muxer)
    expect(passed(into).streamMuxer).toBe(muxer)
    expect(totalOf(dialler) + totalOf(listener)).toBe(0)
  })

  test('then exchange bytes through what the gate hands on', async () => {
    const [out, into] = await bothSides(await member(1), await member(2))
    const [here, there] = [wireOver(passed(out).connection), wireOver(passed(into).connection)]
    await here.write(Uint8Array.of(1, 2, 3))
    expect([...(await there.read(3))]).toEqual([1, 2, 3])
    await there.write(Uint8Array.of(4))
    expect([...(await here.read(1))]).toEqual([4])
  })

  test('pass when every byte comes alone', async () => {
    const [dialler, listener] = [await member(1), await member(2)]
    const [[a, b], [c, d]] = [connect(), connect()]
    relayBytes(b, c, { pieceBytes: 1 })
    const [out, into] = await Promise.allSettled([dialler.gate.secureOutbound(a), listener.gate.secureInbound(d)])
    expect([out.status, into.status]).toEqual(['fulfilled', 'fulfilled'])
  })

  test('hand on what came in one packet with the last message', async () => {
    const [dialler, listener] = [await member(1), await stranger(2)]
    const [a, b] = connect()
    const rest = Uint8Array.of(7, 8, 9)
    const [out] = await Promise.all([dialler.gate.secureOutbound(a), answerWithRest(listener, b, rest)])
    expect([...(await wireOver(out.connection).read(3))]).toEqual([...rest])
  })

  test('may be one identity: whether a node may dial itself is for libp2p to say', async () => {
    const [out, into] = await bothSides(await member(1), await member(1))
    expect([out.status, into.status]).toEqual(['fulfilled', 'fulfilled'])
  })
})

describe('another network key', () => {
  test('is certain for the server and likely for the client', async () => {
    const [dialler, listener] = [await member(1, { keyring: keyringOf(THEIRS) }), await member(2)]
    const [out, into] = await bothSides(dialler, listener)
    expect(codeOf(out)).toBe('CAPABILITY_UNANSWERED')
    expect(codeOf(into)).toBe('CAPABILITY_WRONG_KEY')
    expectCounted(dialler, 'unanswered')
    expectCounted(listener, 'wrong_key')
  })

  test('is certain for a client whose server answers', async () => {
    const [dialler, other] = [await member(1), await stranger(2)]
    const [a, b] = connect()
    const dial = settled(dialler.gate.secureOutbound(a))
    const wire = wireOver((await other.noise.secureInbound(b)).connection)
    await wire.read(64)
    await wire.write(writeClientHello(clientOf(other.keys, dialler.peerId, THEIRS)))
    expect(codeOf(await dial)).toBe('CAPABILITY_WRONG_KEY')
  })

  test('gets no answer: not one byte follows the hello', async () => {
    const [listener, other] = [await member(2), await stranger(1)]
    const [a, b] = connect()
    const listen = settled(listener.gate.secureInbound(b))
    const { connection } = await other.noise.secureOutbound(a)
    connection.send(writeClientHello(clientOf(other.keys, listener.peerId, THEIRS)))
    expect(await unreadUntilClose(connection)).toBe(0)
    expect(codeOf(await listen)).toBe('CAPABILITY_WRONG_KEY')
    expect(b.status).toBe('aborted')
  })
})

describe('several network keys', () => {
  test('a server goes on under whichever the client has, and knows it', async () => {
    for (const [keys, capability, isBehind] of [
      [keyringOf(OURS, THEIRS), OURS, false],
      [keyringOf(OURS, THEIRS), THEIRS, true],
    ] as const) {
      const [dialler, listener] = [
        await member(1, { keyring: keyringOf(capability) }),
        await member(2, { keyring: keys }),
      ]
      const [out, into] = await bothSides(dialler, listener)
      expect([out.status, into.status]).toEqual(['fulfilled', 'fulfilled'])
      expect(keys.isBehind(dialler.peerId.toString())).toBe(isBehind)
    }
  })

  test('a client greets with the next one when it is hung up on, and only then', async () => {
    const keyring = keyringOf(OURS, THEIRS)
    const [dialler, listener] = [await member(1, { keyring }), await member(2, { keyring: keyringOf(THEIRS) })]
    const [first] = await bothSides(dialler, listener)
    expect(codeOf(first)).toBe('CAPABILITY_UNANSWERED')
    const [second] = await bothSides(dialler, listener)
    expect(second.status).toBe('fulfilled')
    expect(keyring.isBehind(listener.peerId.toString())).toBe(true)
  })

  test('whoever has none of them gets no answer: not one byte follows the hello', async () => {
    const [listener, other] = [
      await member(2, {
        keyring: keyringOf(
          OURS,
          OURS.map((byte) => byte + 1),
        ),
      }),
      await stranger(1),
    ]
    const [a, b] = connect()
    const listen = settled(listener.gate.secureInbound(b))
    const { connection } = await other.noise.secureOutbound(a)
    connection.send(writeClientHello(clientOf(other.keys, listener.peerId, THEIRS)))
    expect(await unreadUntilClose(connection)).toBe(0)
    expect(codeOf(await listen)).toBe('CAPABILITY_WRONG_KEY')
  })
})

describe('identity', () => {
  test('a member that proves another identity than its PeerId is refused before the server accepts', async () => {
    const [listener, hostile, victim] = [await member(2), await stranger(1), await stranger(9)]
    const [a, b] = connect()
    const listen = settled(listener.gate.secureInbound(b))
    const wire = wireOver((await hostile.noise.secureOutbound(a)).connection)
    const client = clientOf(victim.keys, listener.peerId)
    await wire.write(writeClientHello(client))
    await wire.write(writeClientAuthenticate(readServerHello(client, await wire.read(64))))
    await expect(wire.read(1)).rejects.toThrow()
    expect(codeOf(await listen)).toBe('CAPABILITY_IDENTITY_MISMATCH')
    expectCounted(listener, 'identity_mismatch')
  })

  test('a stranger cannot pipe the handshake between two members', async () => {
    const [dialler, listener, thief] = [await member(1), await member(2), await stranger(3)]
    const [[a, b], [c, d]] = [connect(), connect()]
    const dial = settled(dialler.gate.secureOutbound(a))
    const listen = settled(listener.gate.secureInbound(d))
    const [inbound, outbound] = await Promise.all([thief.noise.secureInbound(b), thief.noise.secureOutbound(c)])
    relayBytes(inbound.connection, outbound.connection)
    expect(codeOf(await listen)).toBe('CAPABILITY_GARBAGE')
    expect(codeOf(await dial)).toBe('CAPABILITY_CLOSED')
  })

  test('a peer that is not the one dialled is refused', async () => {
    const [dialler, listener, expected] = [await member(1), await member(2), await stranger(9)]
    const [a, b] = connect()
    const listen = settled(listener.gate.secureInbound(b))
    const dial = settled(dialler.gate.secureOutbound(a, { remotePeer: expected.peerId }))
    expect(codeOf(await dial)).toBe('CAPABILITY_IDENTITY_MISMATCH')
    expect(codeOf(await listen)).toBe('CAPABILITY_CLOSED')
  })

  test('a PeerId that is not an Ed25519 key is refused before anything is said', async () => {
    const listener = await member(2)
    const other = noise()(componentsOf(await generateKeyPair('secp256k1')))
    const [a, b] = connect()
    const listen = settled(listener.gate.secureInbound(b))
    const { connection } = await other.secureOutbound(a)
    expect(await unreadUntilClose(connection)).toBe(0)
    expect(codeOf(await listen)).toBe('CAPABILITY_IDENTITY_MISMATCH')
  })

  test('a node without an Ed25519 identity, or with half a capability, gets no gate', async () => {
    const ecdsa = componentsOf(await generateKeyPair('secp256k1'))
    expect(() => capabilityGate({ keyring: keyringOf(OURS) })(ecdsa)).toThrow(TypeError)
    expect(() => keyringOf(OURS.subarray(1))).toThrow(TypeError)
  })
})

describe('hostile bytes', () => {
  test('a reflected hello is refused', async () => {
    const [dialler, hostile] = [await member(1), await stranger(2)]
    const [a, b] = connect()
    const dial = settled(dialler.gate.secureOutbound(a))
    const wire = wireOver((await hostile.noise.secureInbound(b)).connection)
    await wire.write(await wire.read(64))
    expect(codeOf(await dial)).toBe('CAPABILITY_GARBAGE')
  })

  test("a replayed client's messages open nothing", async () => {
    const [listener, hostile] = [await member(2), await stranger(1)]
    const client = clientOf(hostile.keys, listener.peerId)
    const recorded = writeClientAuthenticate(
      readServerHello(client, writeServerHello(readClientHello(serverOf(hostile.keys), writeClientHello(client)))),
    )
    const [a, b] = connect()
    const listen = settled(listener.gate.secureInbound(b))
    const wire = wireOver((await hostile.noise.secureOutbound(a)).connection)
    await wire.write(writeClientHello(client))
    await wire.read(64)
    await wire.write(recorded)
    await expect(wire.read(1)).rejects.toThrow()
    expect(codeOf(await listen)).toBe('CAPABILITY_GARBAGE')
  })

  test('a byte changed on the way breaks the Noise channel', async () => {
    const [dialler, listener] = [await member(1), await member(2)]
    const [[a, b], [c, d]] = [connect(), connect()]
    let messages = 0
    relayBytes(b, c, {
      change(bytes) {
        messages += 1
        // Noise takes three messages, and our hello is the fourth: this is the server's.
        return messages === 5 ? bytes.with(-1, (bytes.at(-1) ?? 0) ^ 1) : bytes
      },
    })
    const [out, into] = await Promise.allSettled([dialler.gate.secureOutbound(a), listener.gate.secureInbound(d)])
    expect(codeOf(out)).toBe('CAPABILITY_GARBAGE')
    expect(codeOf(into)).toBe('CAPABILITY_CLOSED')
  })

  test('bytes that are not Noise are refused', async () => {
    const listener = await member(2)
    const [a, b] = connect()
    a.send(Buffer.from('\x00\x30GET / HTTP/1.1\r\nHost: 127.0.0.1:7655\r\nAccept: */*\r\n\r\n'))
    a.send(new Uint8Array(70_000).fill(0xff))
    expect(codeOf(await settled(listener.gate.secureInbound(b)))).toBe('CAPABILITY_GARBAGE')
  })

  test('a flood in place of a hello ends with its first 64 bytes', async () => {
    const [dialler, hostile] = [await member(1), await stranger(2)]
    const [a, b] = connect()
    const dial = settled(dialler.gate.secureOutbound(a))
    const { connection } = await hostile.noise.secureInbound(b)
    connection.send(new Uint8Array(2 ** 20))
    expect(codeOf(await dial)).toBe('CAPABILITY_WRONG_KEY')
  })

  test.each([
    [UNREAD_BYTES_MAX - 80, 'passed'],
    [UNREAD_BYTES_MAX - 79, 'CAPABILITY_CLOSED'],
  ])('%i bytes that come with the last message: %s', async (length, code) => {
    const [dialler, listener] = [await member(1), await stranger(2)]
    const [a, b] = connect('/ip4/127.0.0.1/tcp/4001', { chunkSize: 2 * UNREAD_BYTES_MAX })
    const answer = settled(answerWithRest(listener, b, new Uint8Array(length).fill(5)))
    const dial = await settled(dialler.gate.secureOutbound(a))
    expect(codeOf(dial)).toBe(code)
    await answer
    if (dial.status === 'rejected') return
    const rest = await wireOver(dial.value.connection).read(length)
    expect(rest.every((byte) => byte === 5)).toBe(true)
  })
})

describe('a peer that stays away', () => {
  const timeoutMs = 40

  test('times out before Noise has begun, on both sides', async () => {
    const [dialler, listener] = [await member(1, { timeoutMs }), await member(2, { timeoutMs })]
    const [[a], [, d]] = [connect(), connect()]
    const [out, into] = await Promise.allSettled([dialler.gate.secureOutbound(a), listener.gate.secureInbound(d)])
    expect([codeOf(out), codeOf(into)]).toEqual(['CAPABILITY_TIMEOUT', 'CAPABILITY_TIMEOUT'])
    expect([a.status, d.status]).toEqual(['aborted', 'aborted'])
    expectCounted(dialler, 'timeout')
    expectCounted(listener, 'timeout')
  })

  test('times out after Noise', async () => {
    const [listener, silent] = [await member(2, { timeoutMs: 500 }), await stranger(1)]
    const [a, b] = connect()
    const listen = settled(listener.gate.secureInbound(b))
    await silent.noise.secureOutbound(a)
    expect(codeOf(await listen)).toBe('CAPABILITY_TIMEOUT')
  })

  test('times out after its hello', async () => {
    const [listener, silent] = [await member(2, { timeoutMs: 500 }), await stranger(1)]
    const [a, b] = connect()
    const listen = settled(listener.gate.secureInbound(b))
    const wire = wireOver((await silent.noise.secureOutbound(a)).connection)
    await wire.write(writeClientHello(clientOf(silent.keys, listener.peerId)))
    await wire.read(64)
    expect(codeOf(await listen)).toBe('CAPABILITY_TIMEOUT')
  })

  test('times out however often it sends one more byte', async () => {
    const [listener, slow] = [await member(2, { timeoutMs: 500 }), await stranger(1)]
    const [a, b] = connect()
    const listen = settled(listener.gate.secureInbound(b))
    const { connection } = await slow.noise.secureOutbound(a)
    const hello = writeClientHello(clientOf(slow.keys, listener.peerId))
    const dribble = setInterval(
      (bytes) => connection.status === 'open' && connection.send(bytes.next().value),
      10,
      ones(hello),
    )
    expect(codeOf(await listen)).toBe('CAPABILITY_TIMEOUT')
    clearInterval(dribble)
  })

  test("ends when the caller's own signal does", async () => {
    const dialler = await member(1)
    const [a] = connect()
    const dial = settled(dialler.gate.secureOutbound(a, { signal: AbortSignal.timeout(20) }))
    expect(codeOf(await dial)).toBe('CAPABILITY_TIMEOUT')
    expect(a.status).toBe('aborted')
  })
})

describe('a peer that hangs up', () => {
  test('during Noise is closed, on both sides', async () => {
    const [dialler, listener] = [await member(1), await member(2)]
    const [[a, b], [c, d]] = [connect(), connect()]
    const both = Promise.allSettled([dialler.gate.secureOutbound(a), listener.gate.secureInbound(d)])
    await Promise.all([b.close(), c.close()])
    const [out, into] = await both
    expect([codeOf(out), codeOf(into)]).toEqual(['CAPABILITY_CLOSED', 'CAPABILITY_CLOSED'])
    expectCounted(dialler, 'closed')
    expectCounted(listener, 'closed')
  })

  test.each([
    ['by closing', (stream: MessageStream) => void stream.close()],
    ['by resetting', (stream: MessageStream) => stream.abort(new Error('gone'))],
  ])('on our hello leaves it unanswered, %s', async (_, hangUp) => {
    const [dialler, other] = [await member(1), await stranger(2)]
    const [a, b] = connect()
    const dial = settled(dialler.gate.secureOutbound(a))
    const { connection } = await other.noise.secureInbound(b)
    await wireOver(connection).read(64)
    hangUp(connection)
    expect(codeOf(await dial)).toBe('CAPABILITY_UNANSWERED')
  })

  test('within its hello leaves ours unanswered too', async () => {
    const [dialler, other] = [await member(1), await stranger(2)]
    const [a, b] = connect()
    const dial = settled(dialler.gate.secureOutbound(a))
    const { connection } = await other.noise.secureInbound(b)
    await wireOver(connection).write(new Uint8Array(63))
    await connection.close()
    expect(codeOf(await dial)).toBe('CAPABILITY_UNANSWERED')
  })

  test('on our proof of identity is closed', async () => {
    const [dialler, other] = [await member(1), await stranger(2)]
    const [a, b] = connect()
    const dial = settled(dialler.gate.secureOutbound(a))
    const { connection } = await other.noise.secureInbound(b)
    const wire = wireOver(connection)
    await wire.write(writeServerHello(readClientHello(serverOf(other.keys), await wire.read(64))))
    await wire.read(112)
    await connection.close()
    expect(codeOf(await dial)).toBe('CAPABILITY_CLOSED')
  })
})

describe('places', () => {
  test('are limited for each source, given back, and not shared between sources', async () => {
    const gates = new Gates({ perSourceMax: 2 })
    const listener = await member(2, { gates })
    const waiting = [from('203.0.113.1'), from('203.0.113.1'), from('203.0.113.2')]
    const pending = waiting.map(([, d]) => settled(listener.gate.secureInbound(d)))
    expect(gates.inProgress().inbound).toBe(3)

    const [, refused] = from('203.0.113.1')
    expect(codeOf(await settled(listener.gate.secureInbound(refused)))).toBe('CAPABILITY_BUSY')
    expect(refused.status).toBe('aborted')
    expect(gates.counts().busy).toBe(1)

    for (const [a] of waiting) a.abort(new Error('gone'))
    await Promise.all(pending)
    expect(gates.inProgress().inbound).toBe(0)
    const [out, into] = await bothSides(await member(1), listener, from('203.0.113.1'))
    expect([out.status, into.status]).toEqual(['fulfilled', 'fulfilled'])
    expect(gates.inProgress().inbound).toBe(0)
  })

  test('are limited in all, loopback included', async () => {
    const gates = new Gates({ inboundMax: 2, perSourceMax: 1 })
    const listener = await member(2, { gates })
    const waiting = [connect(), connect()]
    const pending = waiting.map(([, d]) => settled(listener.gate.secureInbound(d)))
    expect(gates.inProgress().inbound).toBe(2)
    const [out, into] = await bothSides(await member(1), listener)
    expect(codeOf(into)).toBe('CAPABILITY_BUSY')
    // Refused before Noise: a dialler cannot know why.
    expect(codeOf(out)).toBe('CAPABILITY_CLOSED')
    for (const [a] of waiting) a.abort(new Error('gone'))
    await Promise.all(pending)
  })

  test('are not taken by our own dials', async () => {
    const gates = new Gates({ inboundMax: 1, perSourceMax: 1 })
    const node = await member(2, { gates })
    const dials = [connect(), connect(), connect()]
    const pending = dials.map(([a]) => settled(node.gate.secureOutbound(a)))
    expect(gates.inProgress()).toEqual({ inbound: 0, outbound: 3 })
    const [, into] = await bothSides(await member(1), node)
    expect(into.status).toBe('fulfilled')
    for (const [, b] of dials) b.abort(new Error('gone'))
    await Promise.all(pending)
    expect(gates.inProgress()).toEqual({ inbound: 0, outbound: 0 })
  })
})

test('a refusal is logged at debug with its code and the address, and nothing else', async () => {
  const lines: object[] = []
  const log = { debug: (facts: object) => void lines.push(facts) }
  const listener = await member(2, { log })
  await bothSides(await member(1, { keyring: keyringOf(THEIRS) }), listener, from('203.0.113.7'))
  expect(lines).toEqual([{ code: 'CAPABILITY_WRONG_KEY', direction: 'inbound', address: '/ip4/203.0.113.7/tcp/4001' }])
})

test('an error keeps its cause', async () => {
  const [a, b] = connect()
  const dial = settled((await member(1)).gate.secureOutbound(a))
  await b.close()
  const result = await dial
  expect(result.status === 'rejected' && result.reason).toMatchObject({ cause: expect.any(Error) })
})

function from(ip: string): [MultiaddrConnection, MultiaddrConnection] {
  return connect(`/ip4/${ip}/tcp/4001`)
}

function bothSides(dialler: Member, listener: Member, [a, b] = connect()) {
  return Promise.allSettled([dialler.gate.secureOutbound(a), listener.gate.secureInbound(b)])
}

/** A correct server that sends its last message and the muxer's first bytes in one packet. */
async function answerWithRest(
  { noise, keys }: Awaited<ReturnType<typeof stranger>>,
  connection: MultiaddrConnection,
  rest: Uint8Array,
): Promise<void> {
  const wire = wireOver((await noise.secureInbound(connection)).connection)
  const write = (message: Uint8Array) => wire.write(message.length === 80 ? Buffer.concat([message, rest]) : message)
  await shakeAsServer({ read: wire.read, write }, { ...serverOf(keys), capabilities: [OURS] })
}

async function settled<T>(promise: Promise<T>): Promise<PromiseSettledResult<T>> {
  const [result] = await Promise.allSettled([promise])
  return result
}

function passed<T>(result: PromiseSettledResult<T>): T {
  if (result.status === 'rejected') throw result.reason
  return result.value
}

function codeOf(result: PromiseSettledResult<unknown>): string {
  if (result.status === 'fulfilled') return 'passed'
  if (result.reason instanceof CapabilityError) return result.reason.code
  throw result.reason
}

function totalOf({ gates }: Member): number {
  return Object.values(gates.counts()).reduce((total, count) => total + count)
}

function expectCounted(node: Member, cause: CapabilityCause): void {
  expect(node.gates.counts()[cause]).toBe(1)
  expect(totalOf(node)).toBe(1)
}

function* ones(bytes: Uint8Array): Generator<Uint8Array, Uint8Array> {
  for (const byte of bytes) yield Uint8Array.of(byte)
  return Uint8Array.of(0)
}
