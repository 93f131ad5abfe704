import { describe, expect, test } from 'vitest'
import { EthernetSwitch } from '../../../scripts/mesh-lab/ethernet-switch.ts'
import type { LineSettings } from '../../../scripts/mesh-lab/line.ts'

const EVERYBODY = 0xff

/** A frame between two cards that are named by one byte. */
function frame(to: number, from: number): Buffer {
  return Buffer.concat([Buffer.alloc(6, to), Buffer.alloc(6, from), Buffer.from('a frame')])
}

/** Four hosts whose cards are named 0 to 3; what reaches whom is written down as `port@time`. */
function openSwitch(line: LineSettings = {}) {
  const came: string[] = []
  const hub = new EthernetSwitch({
    ports: 4,
    seed: 1,
    line,
    clock: () => 100,
    at: (time, deliver) => {
      now = time
      deliver()
    },
    deliver: (port) => came.push(`${port}@${now}`),
  })
  let now = 100
  return { hub, came }
}

describe('the switch', () => {
  test('carries a frame for everybody to all but its sender', () => {
    const { hub, came } = openSwitch()
    hub.receive(1, frame(EVERYBODY, 1))
    expect(came).toEqual(['0@100', '2@100', '3@100'])
  })

  test('carries a frame to a card it does not know to all, and to one that has spoken only there', () => {
    const { hub, came } = openSwitch({ delayMs: 7 })
    hub.receive(1, frame(2, 1))
    expect(came).toEqual(['0@107', '2@107', '3@107'])
    hub.receive(2, frame(1, 2))
    expect(came.slice(3)).toEqual(['1@107'])
  })

  test('carries nothing between the sides of a partition until it heals', () => {
    const { hub, came } = openSwitch()
    hub.partition([[0, 1], [2]])
    hub.receive(0, frame(EVERYBODY, 0))
    expect(came).toEqual(['1@100'])
    hub.receive(3, frame(EVERYBODY, 3)) // On no side: nobody hears it.
    expect(came).toEqual(['1@100'])
    expect(hub.traffic).toEqual({ delivered: 1, lost: 0, cut: 5 })
    hub.heal()
    hub.receive(3, frame(0, 3))
    expect(came).toEqual(['1@100', '0@100'])
  })

  test('counts what is lost', () => {
    const { hub, came } = openSwitch({ loss: 1 })
    hub.receive(0, frame(EVERYBODY, 0))
    expect(came).toEqual([])
    expect(hub.traffic).toEqual({ delivered: 0, lost: 3, cut: 0 })
    hub.degrade({})
    hub.receive(0, frame(EVERYBODY, 0))
    expect(hub.traffic.delivered).toBe(3)
  })

  test('ignores what is shorter than a header', () => {
    const { hub, came } = openSwitch()
    hub.receive(0, frame(EVERYBODY, 0).subarray(0, 13))
    expect(came).toEqual([])
    hub.receive(0, frame(EVERYBODY, 0).subarray(0, 14))
    expect(came).toHaveLength(3)
  })
})
