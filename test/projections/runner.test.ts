import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import {
  FRESH_LAG_MAX,
  GATHER_MS,
  LONG_SLICE_MS_MAX,
  NEAR_END_ENTRIES,
  SLICE_MS_MAX,
  STREAM_ENTRIES_MAX,
  STREAM_GATHER_MS,
} from '../../src/projections/constants.ts'
import { ProjectionRunner } from '../../src/projections/runner.ts'
import { Search } from '../../src/projections/search.ts'
import { Timeline } from '../../src/projections/timeline.ts'
import { SqliteCursorStore } from '../../src/store/index.ts'
import { eventually } from '../support/eventually.ts'
import { chainOf, insights, itemOf } from '../support/feeds.ts'
import { identityOf, openLog } from '../support/open-log.ts'
import { SILENT } from '../support/open-network.ts'
import type { Progress, ProjectedEntry, Projection } from '../../src/projections/index.ts'
import type { OpenLog } from '../support/open-log.ts'

/** Writes down what it is given, in a table, so that what is undone is gone. */
class Journal implements Projection {
  readonly name: string
  readonly version: number
  readonly #database: OpenLog['database']
  /** Called before an entry is written; may throw, or ask for more. */
  before: (entry: ProjectedEntry) => Progress = () => 'done'
  resets = 0

  constructor(database: OpenLog['database'], name: string, version = 1) {
    this.#database = database
    this.name = name
    this.version = version
  }

  get offsets(): unknown[] {
    return this.#database.prepare(`SELECT offset FROM ${this.name} ORDER BY rowid`).pluck().all()
  }

  reset(): void {
    this.resets++
    this.#database.exec(`DROP TABLE IF EXISTS ${this.name}; CREATE TABLE ${this.name} (offset INTEGER)`)
  }

  apply(entry: ProjectedEntry): Progress {
    const progress = this.before(entry)
    if (progress === 'done') this.#database.prepare(`INSERT INTO ${this.name} VALUES (?)`).run(entry.offset)
    return progress
  }
}

interface OpenRunner extends OpenLog {
  run(...projections: Projection[]): ProjectionRunner
  end(): number
  publish(count: number): Promise<unknown>
}

function openRunner(): OpenRunner {
  const opened = openLog()
  const { log, database } = opened
  return {
    ...opened,
    run: (...projections) => {
      const runner = new ProjectionRunner({
        log,
        cursors: new SqliteCursorStore(database),
        projections,
        logger: SILENT,
      })
      runner.start()
      return runner
    },
    end: () => log.cursor().offset,
    publish: (count) => Promise.all(insights(count).map((draft) => log.publish(draft))),
  }
}

/** 1, 2, … count. */
function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1)
}

/** Holds the thread, as a slow fold would. */
function spend(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

function failing(database: OpenLog['database'], at: number): Journal {
  const projection = new Journal(database, 'failing')
  projection.before = ({ offset }) => {
    if (offset === at) throw new Error(`cannot fold ${offset}`)
    return 'done'
  }
  return projection
}

/** Puts off what it does in so many steps. */
class Postponing extends Journal {
  left: number
  /** Called at each step. */
  step: () => void = () => {}

  constructor(database: OpenLog['database'], left: number) {
    super(database, 'postponing')
    this.left = left
  }

  work(): Progress {
    if (this.left === 0) return 'done'
    this.step()
    this.left--
    return 'more'
  }
}

describe('what is put off', () => {
  test('is worked off in turn with what comes, at a start as well, and waited for by nobody', async () => {
    const { database, run, publish, end } = openRunner()
    const postponing = new Postponing(database, Number.POSITIVE_INFINITY)
    const runner = run(postponing)
    await publish(3)
    await runner.settled(end())
    expect(postponing.offsets).toEqual(upTo(3))
    postponing.left = 5
    await eventually(() => expect(postponing.left).toBe(0))
    await runner.stop()
  })

  test('is left alone when the runner is told to stop', async () => {
    const { database, run } = openRunner()
    const postponing = new Postponing(database, Number.POSITIVE_INFINITY)
    const runner = run(postponing)
    let steps = 0
    postponing.step = () => steps++
    await eventually(() => expect(steps).toBeGreaterThan(0))
    await runner.stop()
    const before = steps
    await nextTurn()
    expect(steps).toBe(before)
  })

  test('stops its projection alone when it throws', async () => {
    const { database, run, publish, end } = openRunner()
    const postponing = new Postponing(database, 1)
    postponing.step = () => {
      throw new Error('cannot work')
    }
    const journal = new Journal(database, 'journal')
    const runner = run(postponing, journal)
    await publish(2)
    await runner.settled(end())
    await eventually(() =>
      expect(runner.states()).toEqual([
        { name: 'postponing', offset: expect.any(Number), error: 'cannot work' },
        { name: 'journal', offset: 2 },
      ]),
    )
    await runner.stop()
  })

  test('is tried again behind what comes next when the database refuses', async () => {
    const { database, run, publish } = openRunner()
    const postponing = new Postponing(database, 1)
    let isFull = true
    postponing.step = () => {
      if (isFull) throw Object.assign(new Error('full'), { cause: { code: 'SQLITE_FULL' } })
    }
    const runner = run(postponing)
    await nextTurn()
    expect(postponing.left).toBe(1)
    isFull = false
    await publish(1)
    await eventually(() => expect(postponing.left).toBe(0))
    await runner.stop()
  })
})

describe('a runner', () => {
  test('folds what is there and then what comes, each entry once and in order', async () => {
    const { database, run, publish, end } = openRunner()
    await publish(700)
    const journal = new Journal(database, 'journal')
    const runner = run(journal)
    await runner.settled(end())
    expect(journal.offsets).toEqual(upTo(700))
    await publish(2)
    await runner.settled(end())
    expect(journal.offsets).toEqual(upTo(702))
    expect(runner.states()).toEqual([{ name: 'journal', offset: 702 }])
    await runner.stop()
  })

  test('tells how far each projection is behind', async () => {
    const { database, run, publish, end } = openRunner()
    const runner = run(new Journal(database, 'journal'))
    await runner.settled(end())
    await runner.stop()
    await publish(3)
    expect(runner.states()).toEqual([{ name: 'journal', offset: 0 }])
  })

  test('gives the event loop a turn between slices', async () => {
    const { database, run, publish, end } = openRunner()
    await publish(300)
    const journal = new Journal(database, 'journal')
    let turns = 0
    let isWatching = true
    const watch = (): void => {
      turns++
      if (isWatching) setImmediate(watch)
    }
    watch()
    journal.before = ({ offset }) => {
      if (offset <= 3) spend(SLICE_MS_MAX + 1)
      return 'done'
    }
    const before = turns
    const runner = run(journal)
    await runner.settled(end())
    isWatching = false
    expect(turns - before).toBeGreaterThanOrEqual(3)
    await runner.stop()
  })

  test.each([
    ['as short as a question may wait, when one may', FRESH_LAG_MAX, 3],
    ['longer while so much is to be folded that none waits', FRESH_LAG_MAX + 1, 1],
  ])('slices are %s', async (_, entries, slices) => {
    const { database, run, publish, end } = openRunner()
    await publish(entries)
    const journal = new Journal(database, 'journal')
    const reached = new Set<number | undefined>()
    journal.before = ({ offset }) => {
      if (offset > 3) return 'done'
      spend(SLICE_MS_MAX + 1)
      reached.add(runner.states()[0]?.offset)
      return 'done'
    }
    const runner = run(journal)
    await runner.settled(end())
    expect(reached.size).toBe(slices)
    await runner.stop()
  })

  test('stops after the slice in hand, and stopping twice is safe', async () => {
    const { database, run, publish } = openRunner()
    await publish(3)
    const journal = new Journal(database, 'journal')
    const runner = run(journal)
    await Promise.all([runner.stop(), runner.stop()])
    await runner.stop()
    const [state] = runner.states()
    expect(journal.offsets).toEqual(upTo(state?.offset ?? -1))
  })

  test('ends when the log closes', async () => {
    const { database, run, publish, log } = openRunner()
    const runner = run(new Journal(database, 'journal'))
    await publish(1)
    await runner.settled(1)
    await log.close()
    await runner.settled(2)
    await runner.stop()
  })

  test('passes over messages without effect, with its cursor', async () => {
    const { database, log, run, end } = openRunner()
    const bob = identityOf(2)
    const trunk = chainOf(bob, insights(3))
    const branch = chainOf(bob, insights(2, 'other'), trunk[0])
    await log.ingest([...trunk, ...branch].map(itemOf), 'peer')
    const journal = new Journal(database, 'journal')
    const runner = run(journal)
    await runner.settled(end())
    const seen: string[] = []
    for await (const entries of log.read({ after: 0 })) {
      for (const entry of entries) {
        if (journal.offsets.includes(entry.offset))
          seen.push(entry.kind === 'message' ? `message ${entry.sequence}` : entry.kind)
      }
    }
    expect(seen).toEqual(['message 1', 'forked'])
    expect(runner.states()).toMatchObject([{ offset: end() }])
    await runner.stop()
  })

  test('calls again with an entry that asks for more, and moves the cursor only when it is done', async () => {
    const { database, run, publish, end } = openRunner()
    await publish(3)
    const journal = new Journal(database, 'journal')
    let asked = 0
    journal.before = ({ offset }) => (offset === 2 && ++asked < 5 ? 'more' : 'done')
    const runner = run(journal)
    await runner.settled(end())
    expect([asked, journal.offsets]).toEqual([5, [1, 2, 3]])
    await runner.stop()
  })
})

describe('settled', () => {
  test('waits for an offset that is still to come', async () => {
    const { database, run, publish } = openRunner()
    const journal = new Journal(database, 'journal')
    const runner = run(journal)
    let isSettled = false
    const settled = runner.settled(2).then(() => {
      isSettled = true
    })
    await publish(1)
    await runner.settled(1)
    expect(isSettled).toBe(false)
    await publish(1)
    await settled
    expect(journal.offsets).toEqual([1, 2])
    await runner.stop()
  })

  test('waits for the slowest', async () => {
    const { database, run, publish, end } = openRunner()
    await publish(600)
    const projections = ['one', 'two', 'three'].map((name) => new Journal(database, name))
    const runner = run(...projections)
    await runner.settled(end())
    for (const { offsets } of projections) expect(offsets).toHaveLength(600)
    await runner.stop()
  })

  test('does not wait for what has stopped, nor after the end', async () => {
    const { database, run, publish } = openRunner()
    await publish(3)
    const runner = run(failing(database, 1))
    await runner.settled(3)
    await runner.settled(1_000)
    await runner.stop()
    const ended = run(new Journal(database, 'journal'))
    const waiting = ended.settled(1_000)
    await ended.stop()
    await waiting
    await ended.settled(1_000)
  })
})

describe('a projection that throws', () => {
  test('stops alone, with its error and its place told', async () => {
    const { database, run, publish, end } = openRunner()
    await publish(5)
    const good = new Journal(database, 'good')
    const bad = failing(database, 3)
    const other = new Journal(database, 'other')
    const runner = run(good, bad, other)
    await runner.settled(end())
    expect([good.offsets, other.offsets]).toEqual([upTo(5), upTo(5)])
    const [goodState, badState] = runner.states()
    expect(goodState).toEqual({ name: 'good', offset: 5 })
    expect(badState?.error).toBe('cannot fold 3')
    expect(bad.offsets).toEqual(upTo(badState?.offset ?? -1))
    await publish(2)
    await runner.settled(end())
    expect(good.offsets).toEqual(upTo(7))
    await runner.stop()
  })

  test('leaves the log alone', async () => {
    const { database, log, run, publish } = openRunner()
    const runner = run(failing(database, 1))
    await publish(1)
    await runner.settled(1)
    await expect(log.publish({ content: 1 })).resolves.toMatchObject({ sequence: 2 })
    await runner.stop()
  })

  test('stops by an error of its own SQL too', async () => {
    const { database, run, publish, end } = openRunner()
    await publish(2)
    const bad = new Journal(database, 'bad')
    bad.before = () => {
      database.exec('INSERT INTO no_such_table VALUES (1)')
      return 'done'
    }
    const good = new Journal(database, 'good')
    const runner = run(bad, good)
    await runner.settled(end())
    expect(runner.states()[0]?.error).toContain('no_such_table')
    expect(good.offsets).toEqual([1, 2])
    await runner.stop()
  })

  test('stops when its tables cannot be made, and the others run', async () => {
    const { database, run, publish, end } = openRunner()
    await publish(1)
    const bad = new Journal(database, 'bad')
    bad.reset = () => {
      throw new Error('no tables')
    }
    const good = new Journal(database, 'good')
    const runner = run(bad, good)
    await runner.settled(end())
    expect(runner.states()).toMatchObject([{ error: 'no tables' }, { offset: 1 }])
    await runner.stop()
  })

  test('goes on from its place after a restart that mends it', async () => {
    const { database, run, publish, end } = openRunner()
    await publish(5)
    const runner = run(failing(database, 4))
    await runner.settled(end())
    await runner.stop()
    const mended = new Journal(database, 'failing')
    const again = run(mended)
    await again.settled(end())
    expect([mended.resets, mended.offsets]).toEqual([0, upTo(5)])
    await again.stop()
  })
})

describe('a restart', () => {
  test('goes on behind the cursor', async () => {
    const { database, run, publish, end } = openRunner()
    await publish(3)
    const first = run(new Journal(database, 'journal'))
    await first.settled(end())
    await first.stop()
    await publish(2)
    const journal = new Journal(database, 'journal')
    const seen: number[] = []
    journal.before = ({ offset }) => {
      seen.push(offset)
      return 'done'
    }
    const second = run(journal)
    await second.settled(end())
    expect([journal.resets, seen, journal.offsets]).toEqual([0, [4, 5], upTo(5)])
    await second.stop()
  })

  test.each([
    ['a later version', 2],
    ['an earlier version', 0],
  ])('with %s of a projection makes its tables anew and replays, and leaves the others', async (_, version) => {
    const { database, run, publish, end } = openRunner()
    await publish(3)
    const first = run(new Journal(database, 'changed'), new Journal(database, 'same'))
    await first.settled(end())
    await first.stop()
    const changed = new Journal(database, 'changed', version)
    const same = new Journal(database, 'same')
    const second = run(changed, same)
    await second.settled(end())
    expect([changed.resets, changed.offsets]).toEqual([1, [1, 2, 3]])
    expect([same.resets, same.offsets]).toEqual([0, [1, 2, 3]])
    await second.stop()
  })

  test('with a projection that is new folds everything for it', async () => {
    const { database, run, publish, end } = openRunner()
    await publish(3)
    const first = run(new Timeline(database))
    await first.settled(end())
    await first.stop()
    const second = run(new Timeline(database), new Search(database))
    await second.settled(end())
    expect(second.states()).toEqual([
      { name: 'timeline', offset: 3 },
      { name: 'search', offset: 3 },
    ])
    await second.stop()
  })
})

describe('what comes while nobody waits', () => {
  /** @param first - messages that were read at once */
  async function openAtEnd(first = 1) {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => {
      vi.useRealTimers()
    })
    const { database, run, publish } = openRunner()
    const journal = new Journal(database, 'journal')
    await publish(first)
    const runner = run(journal)
    await runner.settled(first)
    await publish(1)
    await publish(1)
    return { runner, journal }
  }

  test.each([
    ['after few', 1, GATHER_MS],
    ['after few', NEAR_END_ENTRIES - 1, GATHER_MS],
    ['while many stream in', NEAR_END_ENTRIES, STREAM_GATHER_MS],
    ['while many stream in', STREAM_ENTRIES_MAX - 1, STREAM_GATHER_MS],
  ])('gathers %s (%i), and is folded after %i ms', async (_, first, ms) => {
    const { runner, journal } = await openAtEnd(first)
    vi.advanceTimersByTime(ms - 1)
    await nextTurn()
    expect(journal.offsets.at(-1)).toBe(first)
    vi.advanceTimersByTime(1)
    await nextTurn()
    expect(journal.offsets.at(-1)).toBe(first + 2)
    await runner.stop()
  })

  test('does not gather when so many were read at once that folding is behind', async () => {
    const { runner, journal } = await openAtEnd(STREAM_ENTRIES_MAX)
    await nextTurn()
    expect(journal.offsets.at(-1)).toBeGreaterThan(STREAM_ENTRIES_MAX)
    await runner.stop()
  })

  test('is folded at once when somebody waits', async () => {
    const { runner, journal } = await openAtEnd()
    await runner.settled(3)
    expect(journal.offsets).toEqual([1, 2, 3])
    await runner.stop()
  })

  test('holds up no stop', async () => {
    const { runner } = await openAtEnd()
    await runner.stop()
  })
})

test('a projection that replays does not hold up one that is at the end', async () => {
  const { database, run, publish, end } = openRunner()
  await publish(600)
  const first = run(new Journal(database, 'current'), new Journal(database, 'replaying'))
  await first.settled(end())
  await first.stop()
  const current = new Journal(database, 'current')
  const replaying = new Journal(database, 'replaying', 2)
  let reached: number | undefined
  replaying.before = ({ offset }) => {
    // Five slices at least, whatever the machine.
    if (offset <= 5) spend(LONG_SLICE_MS_MAX + 1)
    return 'done'
  }
  current.before = () => {
    reached ??= second.states()[1]?.offset
    return 'done'
  }
  const second = run(current, replaying)
  await publish(1)
  await second.settled(end())
  expect(current.offsets).toEqual(upTo(601))
  expect(replaying.offsets).toEqual(upTo(601))
  expect(reached).toBeLessThan(600)
  await second.stop()
})

test('a full disk stops no projection: it waits, says so, and goes on when there is room', async () => {
  const { database, run, publish, end } = openRunner()
  const runner = run(new Timeline(database), new Search(database))
  await publish(200)
  await runner.settled(end())
  await runner.stop()

  await publish(400)
  const pages = database.pragma('page_count', { simple: true })
  database.pragma(`max_page_count = ${pages}`)
  const waiting = run(new Timeline(database), new Search(database))
  await eventually(() => expect(waiting.states()[0]?.error).toMatch(/No space is left/))
  expect(waiting.states()[1]?.offset).toBeLessThan(end())

  database.pragma('max_page_count = 1000000')
  await waiting.settled(end())
  expect(waiting.states()).toEqual([
    { name: 'timeline', offset: 600 },
    { name: 'search', offset: 600 },
  ])
  await waiting.stop()
})

test('a runner that waits for the database can be stopped', async () => {
  const { database, run, publish } = openRunner()
  const runner = run(new Timeline(database))
  await runner.stop()
  await publish(400)
  database.pragma(`max_page_count = ${database.pragma('page_count', { simple: true })}`)
  const waiting = run(new Timeline(database))
  await eventually(() => expect(waiting.states()[0]?.error).toBeDefined())
  await waiting.stop()
  await waiting.settled(1_000)
})
