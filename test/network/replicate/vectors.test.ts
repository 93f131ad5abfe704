// Every vector of protocols/replicate/1: frames both ways, and transcripts with each side played by this implementation in turn.

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ReplicateError } from '../../../src/network/replicate/errors.ts'
import { decodeFrame } from '../../../src/network/replicate/frames/decode-frame.ts'
import { encodeFrame } from '../../../src/network/replicate/frames/encode-frame.ts'
import { FrameSplitter } from '../../../src/network/replicate/frames/frame-splitter.ts'
import { toJson } from './frame-json.ts'
import { play } from './transcripts.ts'
import type { Frame } from '../../../src/network/replicate/frames/frames.ts'
import type { FrameJson } from './frame-json.ts'
import type { Role, Transcript, TranscriptFile } from './transcripts.ts'

interface FrameVector {
  name: string
  frame: string
  means?: FrameJson
  /** @default true */
  canonical?: boolean
  expect?: { reject: string }
}

// Our own files, in the shapes that spec.md §9 defines.
const frames = read('frames.json') as { vectors: FrameVector[] }
const transcripts = read('transcripts.json') as TranscriptFile

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../../protocols/replicate/1/vectors/${name}`, import.meta.url), 'utf8'))
}

function frameIn(hex: string): Frame {
  const [whole, ...more] = new FrameSplitter().split(Buffer.from(hex, 'hex'))
  if (whole === undefined || more.length > 0) throw new Error('A vector must be one frame.')
  return decodeFrame(whole.body)
}

function codeOf(hex: string): string | undefined {
  try {
    frameIn(hex)
    return undefined
  } catch (error) {
    return error instanceof ReplicateError ? error.code : String(error)
  }
}

describe('frames', () => {
  test.each(frames.vectors)('$name', ({ frame, means, canonical = true, expect: expected }) => {
    expect(codeOf(frame)).toBe(expected?.reject)
    if (means === undefined) return
    const decoded = frameIn(frame)
    expect(toJson(decoded)).toEqual(means)
    const encoded = Buffer.from(encodeFrame(decoded)).toString('hex')
    if (canonical) expect(encoded).toBe(frame)
    else expect(toJson(frameIn(encoded))).toEqual(means)
  })
})

describe('transcripts', () => {
  test.each(transcripts.vectors)('$name: what crosses is what it says it means', ({ says }) => {
    for (const line of says) {
      if ('from' in line && line.means !== undefined) expect(toJson(frameIn(line.frame))).toEqual(line.means)
    }
  })

  test.each(casesWith('server'))('$name, with a real server', (transcript) => playAndCompare(transcript, 'server'))

  test.each(casesWith('puller'))('$name, with a real puller', (transcript) => playAndCompare(transcript, 'puller'))
})

/** Cases that say what this side holds. */
function casesWith(role: Role): Transcript[] {
  return transcripts.vectors.filter((transcript) => transcript[role] !== undefined)
}

async function playAndCompare(transcript: Transcript, role: Role): Promise<void> {
  const { said, error, side } = await play(transcripts, transcript, role)
  const expected = transcript.says.flatMap((line) => ('from' in line && line.from === role ? [line.frame] : []))
  expect(said.filter((frame) => !isGrant(frame))).toEqual(expected.filter((frame) => !isGrant(frame)))
  const outcome = transcript.expect
  if ('reject' in outcome) {
    expect(outcome.by).toBe(role)
    expect(error).toMatchObject({ code: outcome.reject })
    return
  }
  expect(error).toBeUndefined()
  if (role === 'server') return
  expect(await side.holds()).toEqual(outcome.puller_holds)
  expect(side.pullStore.knows).toEqual(outcome.remembers)
}

/** A Want that only grants credit may be said at any time. */
function isGrant(frame: string): boolean {
  const decoded = frameIn(frame)
  return decoded.kind === 'want' && Object.keys(toJson(decoded).want ?? {}).join() === 'credit'
}
