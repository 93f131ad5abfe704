import { expect, test } from 'vitest'
import { LEVELS_TEXT, LogLevels, loggerOf } from '../src/logger.ts'
import type { Logger } from '../src/logger.ts'

/** A logger that remembers. */
function remembering() {
  const lines: string[] = []
  const line = (level: string) => (facts: object, message: string) =>
    void lines.push(`${level} ${message} ${JSON.stringify(facts)}`)
  const logger: Logger = { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') }
  return { lines, logger }
}

test.each(['info', 'silent', 'network=debug', 'network=debug,warn', 'warn,network=debug,api=error'])(
  '%s is levels',
  (text) => {
    expect(text).toMatch(LEVELS_TEXT)
  },
)

test.each([
  '',
  'loud',
  'INFO',
  'info,',
  ',info',
  'net=debug',
  'network=',
  'network=loud',
  'network=debug=info',
  'info warn',
])('"%s" is none', (text) => {
  expect(text).not.toMatch(LEVELS_TEXT)
})

test('a part says what its level lets through, under its name', () => {
  const { lines, logger } = remembering()
  const levels = new LogLevels('network=debug,warn')
  const network = loggerOf('network', logger, levels)
  const api = loggerOf('api', logger, levels)
  network.debug({ peer: 'a' }, 'dialled')
  api.info({}, 'not said')
  api.warn({}, 'said')
  expect(lines).toEqual(['debug dialled {"part":"network","peer":"a"}', 'warn said {"part":"api"}'])
})

test('levels change while loggers are in use', () => {
  const { lines, logger } = remembering()
  const levels = new LogLevels('info')
  const log = loggerOf('log', logger, levels)
  log.debug({}, 'one')
  levels.set('log', 'debug')
  log.debug({}, 'two')
  levels.default = 'error'
  log.info({}, 'three')
  levels.set('log', 'default')
  log.info({}, 'four')
  levels.default = 'silent'
  log.error({}, 'five')
  expect(lines).toEqual(['debug two {"part":"log"}', 'info three {"part":"log"}'])
})
