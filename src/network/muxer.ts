// yamux with fewer window updates. By default it answers every data frame with one at once: whoever sends bytes one by one in a large packet
// would make us write thousands of packets before the event loop turns again.

import { yamux } from '@chainsafe/libp2p-yamux'
import { StreamState } from '@chainsafe/libp2p-yamux/stream'
import type { YamuxMuxerInit } from '@chainsafe/libp2p-yamux'
import type { YamuxStream } from '@chainsafe/libp2p-yamux/stream'
import type { StreamMuxerFactory } from '@libp2p/interface'

type Muxer = ReturnType<ReturnType<ReturnType<typeof yamux>>['createStreamMuxer']>

/** A stream with one of these is told nothing more. */
const OVER: ReadonlySet<YamuxStream['status']> = new Set(['closed', 'reset', 'aborted'])

/** Muxers whose streams say once a turn of the event loop how much more may come. */
export function sparingYamux(init: YamuxMuxerInit): () => StreamMuxerFactory {
  const open = yamux(init)
  return () => {
    const factory = open()
    const create = factory.createStreamMuxer.bind(factory)
    factory.createStreamMuxer = (connection) => withSparingStreams(create(connection))
    return factory
  }
}

function withSparingStreams(muxer: Muxer): Muxer {
  const onCreate = muxer.onCreateStream.bind(muxer)
  const onRemote = muxer.onRemoteStream.bind(muxer)
  muxer.onCreateStream = () => sparing(onCreate())
  muxer.onRemoteStream = (stream) => onRemote(sparing(stream))
  return muxer
}

/** Thrown into the event loop, what a closing connection answers would end the process. */
function tellUnlessClosing(update: () => void): void {
  try {
    update()
  } catch {
    // Nobody waits for an update there.
  }
}

function sparing(stream: YamuxStream): YamuxStream {
  const update = stream.sendWindowUpdate.bind(stream)
  let isDue = false
  stream.sendWindowUpdate = () => {
    // What opens a stream is said at once.
    if (stream.state !== StreamState.Established) return update()
    if (isDue) return
    isDue = true
    setImmediate(() => {
      isDue = false
      if (!OVER.has(stream.status)) tellUnlessClosing(update)
    })
  }
  return stream
}
