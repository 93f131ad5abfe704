import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { ALL_SETTINGS, environmentName, readConfig } from '../../src/config/index.ts'

const REPOSITORY = new URL('../../', import.meta.url)

function textOf(path: string): string {
  return readFileSync(new URL(path, REPOSITORY), 'utf8')
}

const containerfile = textOf('docs/container/Containerfile')
const compose = parse(textOf('docs/container/compose.yaml'))
const { egregore } = compose.services

/** What is copied from the repository, last stage and all. */
const copied = [...containerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = '']) => names.split(' '))

test('the image holds what the package holds, and the node that it starts is among it', () => {
  const { files, bin } = JSON.parse(textOf('package.json'))
  for (const file of files) expect(copied).toContain(file)
  expect(containerfile).toContain(
    `ENTRYPOINT ["node", "--max-semi-space-size=8", "/opt/egregore/${bin.egregore.slice(2)}"]`,
  )
})

test('what is copied is in the context of the build, and nothing else is', () => {
  const let_in = textOf('.dockerignore').match(/(?<=^!).+$/gm) ?? []
  expect(new Set(let_in)).toEqual(new Set(copied))
})

test('the image has the Node that this repository is tested with', () => {
  const { devDependencies } = JSON.parse(textOf('package.json'))
  const [, major] = /^\^(\d+)/.exec(devDependencies.node) ?? []
  expect(containerfile.match(/^FROM \S+:\d+/gm)).toEqual([
    `FROM docker.io/library/node:${major}`,
    `FROM docker.io/library/node:${major}`,
  ])
})

test('variables are those of settings, and hold together', () => {
  const names = ALL_SETTINGS.flatMap(({ flag }) => (flag === undefined ? [] : [environmentName(flag)]))
  const named = [containerfile, textOf('docs/container.md')].flatMap(
    (text) => text.match(/EGREGORE_[A-Z_]+[A-Z]/g) ?? [],
  )
  for (const name of [...Object.keys(egregore.environment), ...named])
    expect([...names, 'EGREGORE_PASSPHRASE_FILE', 'EGREGORE_API']).toContain(name)
  const given = Object.entries(egregore.environment).filter(([, value]) => value !== null)
  expect(readConfig({}, Object.fromEntries(given) as Record<string, string>)).toMatchObject({
    api: { bind: '0.0.0.0', auth: 'token' },
  })
})

test('the API is published for the host alone, at the ports that a node has by default', () => {
  const { port, gossipPort } = readConfig({})
  expect(egregore.ports).toEqual([`127.0.0.1:${port}:${port}`, `${gossipPort}:${gossipPort}`])
  expect(containerfile).toContain(`EXPOSE ${port} ${gossipPort}`)
  expect(containerfile).toContain(`http://127.0.0.1:${port}/health`)
  expect(egregore.healthcheck.test.at(-1)).toContain(`http://127.0.0.1:${port}/health`)
  expect(egregore.volumes).toEqual(['data:/data'])
  expect(compose.volumes).toHaveProperty('data')
})
