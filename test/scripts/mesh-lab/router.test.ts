import { describe, expect, test } from 'vitest'
import { Router } from '../../../scripts/mesh-lab/router.ts'
import { labTest, openLab, startOn } from '../../support/lab.ts'
import { arpFrame, checksumsAreRight, ipFrame } from './frames.ts'

const HOST = '192.168.77.2'
const GATEWAY = '192.168.77.1'
const OUTSIDE = '10.77.0.3'
const PEER = '10.77.0.1'

const openRouter = () => new Router({ host: HOST, gateway: GATEWAY, outside: OUTSIDE })
const asked = { source: HOST, sourcePort: 7655, destination: PEER, destinationPort: 4000 }
const answered = { source: PEER, sourcePort: 4000, destination: OUTSIDE, destinationPort: 7655 }

describe('a router', () => {
  test.each(['tcp', 'udp', 'icmp'] as const)('lets %s out under its own address, and the answer in', (protocol) => {
    const router = openRouter()
    const out = router.fromHost(ipFrame(protocol, asked))
    expect(out).toEqual({ toSwitch: ipFrame(protocol, { ...asked, source: OUTSIDE }) })
    expect(checksumsAreRight(out.toSwitch)).toBe(true)
    const back = router.fromSwitch(ipFrame(protocol, answered))
    expect(back).toEqual({ toHost: ipFrame(protocol, { ...answered, destination: HOST, from: GATEWAY }) })
    expect(checksumsAreRight(back.toHost)).toBe(true)
  })

  test.each([
    ['another peer', { ...answered, source: '10.77.0.9' }],
    ['another port of the peer', { ...answered, sourcePort: 4001 }],
    ['the peer for another port', { ...answered, destinationPort: 7656 }],
    ['the peer for another address', { ...answered, destination: '10.77.0.4' }],
  ])('lets nothing in from %s', (_, packet) => {
    const router = openRouter()
    router.fromHost(ipFrame('tcp', asked))
    expect(router.fromSwitch(ipFrame('tcp', packet))).toEqual({})
    expect(router.fromSwitch(ipFrame('udp', answered))).toEqual({})
  })

  test('keeps what is for groups and for everybody at home', () => {
    for (const destination of ['224.0.0.251', '255.255.255.255']) {
      expect(openRouter().fromHost(ipFrame('udp', { ...asked, destination }))).toEqual({})
    }
  })

  test('answers who asks for its card, on both sides, and for no other', () => {
    const router = openRouter()
    expect(router.fromHost(arpFrame({ asks: HOST, for: GATEWAY }))).toEqual({
      toHost: arpFrame({ answers: HOST, as: GATEWAY }),
    })
    expect(router.fromSwitch(arpFrame({ asks: PEER, for: OUTSIDE }))).toEqual({
      toSwitch: arpFrame({ answers: PEER, as: OUTSIDE }),
    })
    expect(router.fromHost(arpFrame({ asks: HOST, for: PEER }))).toEqual({})
    expect(router.fromSwitch(arpFrame({ answers: PEER, as: OUTSIDE }))).toEqual({})
  })

  test('drops what it cannot read', () => {
    const router = openRouter()
    const whole = ipFrame('tcp', asked)
    const fragment = Buffer.from(whole)
    fragment.writeUInt16BE(0x2000, 20)
    const other = Buffer.from(whole)
    other.writeUInt8(2, 23) // IGMP.
    for (const frame of [Buffer.alloc(5), whole.subarray(0, 33), whole.subarray(0, 41), fragment, other]) {
      expect(router.fromHost(frame)).toEqual({})
      expect(router.fromSwitch(frame)).toEqual({})
    }
  })
})

labTest('a node behind a router syncs with one that it dials, and cannot be dialled', async () => {
  const lab = await openLab({ hosts: 3, behindRouter: [1] })
  const open = await startOn(lab.host(0))
  const home = await startOn(lab.host(1), ['--peer', open.address])
  await home.waitFor(await open.publish('to the one at home'))
  await open.waitFor(await home.publish('from the one at home'))
  const { host, port } = { host: lab.host(1).outsideAddress, port: home.gossipPort }
  const dial = `require('net').connect(${port}, '${host}').on('connect', () => process.exit(0)); setTimeout(process.exit, 500, 3)`
  expect((await lab.host(2).run(process.execPath, ['-e', dial])).exitCode).toBe(3)
  expect((await lab.host(0).run(process.execPath, ['-e', dial])).exitCode).toBe(3)
})
