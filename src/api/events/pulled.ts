// A byte stream that makes its next piece when its reader asks for it, and now and then says a word that shows it is alive.

/** What the stream is made of. */
export interface PulledInit {
  /** Makes the pieces; its signal aborts when the reader is gone or `stopping` aborts. It must not throw. */
  chunks: (signal: AbortSignal) => AsyncGenerator<Uint8Array>
  /** What is said beside the pieces, to a reader that has taken everything so far. */
  word: () => Uint8Array
  wordEveryMs: number
  /** Brings the stream to its end. */
  stopping: AbortSignal
  /** Called once, however the stream ends. */
  ended: () => void
}

/** Nothing is made ahead: a reader that takes nothing is owed one piece and one word at most. */
export function pulled({ stopping, ...init }: PulledInit): ReadableStream<Uint8Array> {
  const gone = new AbortController()
  const chunks = init.chunks(AbortSignal.any([gone.signal, stopping]))
  let words: NodeJS.Timeout | undefined
  const end = (): void => {
    if (gone.signal.aborted) return
    clearInterval(words)
    gone.abort()
    init.ended()
  }
  return new ReadableStream(
    {
      start(controller) {
        words = setInterval(() => {
          if (controller.desiredSize === 0) controller.enqueue(init.word())
        }, init.wordEveryMs)
      },
      async pull(controller) {
        const next = await chunks.next()
        if (gone.signal.aborted) return
        if (!next.done) return controller.enqueue(next.value)
        end()
        controller.close()
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  )
}
