import { expect, test } from 'vitest'
import { fateOf } from '../../src/config/former-keys.ts'
import { ALL_SETTINGS } from '../../src/config/index.ts'
import { load, problemsOf } from './loaded.ts'

/** Every key that the original's file can have, with values of the right kind. */
const ORIGINAL = `
data_dir: ./data
api_enabled: true
api_auth_enabled: true
api_auth_token: a-long-token-of-many-characters
mcp_enabled: false
port: 7654
gossip_port: 7655
gossip_interval_secs: 300
network_key: egregore-network-v1
schema_strict: true
schema_api_enabled: true
peers: ["10.0.0.2:7655"]
lan_discovery: false
discovery_port: 7656
hooks: []
allow_subprocess_hooks: false
push_enabled: false
max_persistent_connections: 32
reconnect_initial_secs: 5
reconnect_max_secs: 300
flow_control_enabled: true
flow_initial_credits: 100
flow_rate_limit_per_second: 100
mdns_discovery: true
mdns_service: "_egregore._tcp.local."
retention_enabled: true
node_status_enabled: false
retention_interval_secs: 3600
tombstone_max_age_secs: 604800
gossip_bind: "127.0.0.1"
metrics: { enabled: true, bind: "127.0.0.1:9090", path: /metrics }
logging: { format: json, level: trace, include_trace_ids: true }
otlp: { enabled: false, endpoint: "http://localhost:4317", service_name: egregore, sample_rate: 1.0 }
profile_ttl_days: 90
bus: { url: "tls://nats.example.com:4222" }
`

test('a file of the original is accepted as it is', async () => {
  const { config } = await load(ORIGINAL)
  expect(config).toMatchObject({
    peers: ['10.0.0.2:7655'],
    api: { auth: 'token-writes', token: 'a-long-token-of-many-characters' },
    push: false,
    schemaStrict: true,
    mdns: true,
    gossipBind: '127.0.0.1',
    discoveryPort: 7656,
    log: { level: 'debug' },
  })
})

test('its keys that mean nothing here are named, each once', async () => {
  const without = (await load(ORIGINAL)).config.file?.withoutEffect ?? []
  expect(without).toEqual(expect.arrayContaining(['otlp', 'bus', 'logging.format', 'flow_control_enabled']))
  expect(new Set(without).size).toBe(without.length)
})

test('without push_enabled, push is on; no key is mandatory', async () => {
  expect((await load('port: 7654')).config.push).toBe(true)
})

test('a key that a setting has is in no list of those without effect', () => {
  for (const { key, formerly = [] } of ALL_SETTINGS) {
    expect(fateOf(key)).toBeUndefined()
    for (const former of formerly) expect(fateOf(former)).toMatchObject({ key })
  }
})

test('a misspelt key in a section of the original is refused like any other', async () => {
  expect(await problemsOf('logging: { levle: info }')).toEqual([expect.stringContaining('logging.levle: there is no')])
})
