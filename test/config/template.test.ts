import { expect, test } from 'vitest'
import { ALL_SETTINGS, readConfig } from '../../src/config/index.ts'
import { configTemplate } from '../../src/config/template.ts'
import { load } from './loaded.ts'

/** Every key of the template is set to the default that it shows. */
function uncommented(template: string): string {
  return template.replaceAll(/^#(?=[a-z]| {2})/gm, '')
}

test('read back, it gives the defaults, and sets nothing', async () => {
  const { config, used } = await load(configTemplate())
  const { file, dataDir: _, ...values } = config
  const { dataDir: __, ...defaults } = readConfig({})
  expect(values).toEqual(defaults)
  expect([...used.keys()]).toEqual(['data_dir'])
  expect(file?.withoutEffect).toEqual([])
})

test('with every key uncommented it gives the defaults too, and sets all that have one', async () => {
  const { config, used } = await load(uncommented(configTemplate()))
  const { file: _, dataDir: __, ...values } = config
  expect(values).toMatchObject({ port: 7654, peers: [], api: { enabled: true }, log: { level: 'info' } })
  expect([...used.keys()]).toEqual(ALL_SETTINGS.filter((one) => one.default !== undefined).map(({ key }) => key))
})

test('every setting is described with its flag, its variable and what it accepts', () => {
  expect(configTemplate()).toContain(
    '# TCP port for peers; 0 picks a free one.\n# A whole number from 0 to 65535; --gossip-port; EGREGORE_GOSSIP_PORT\n#gossip_port: 7655\n',
  )
  for (const { description } of ALL_SETTINGS) expect(configTemplate()).toContain(description.slice(1))
})
