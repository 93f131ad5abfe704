// Whether the ports of the node are free, or its own.

import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { ok, SHORT_MS, skipped } from '../check.ts'
import type { Config } from '../../../config/index.ts'
import type { Check, Finding, Patient } from '../check.ts'

/** A port that is to be listened on. */
interface Port {
  setting: 'port' | 'gossip_port'
  port: number
  host: string
}

export const ports: Check = {
  name: 'ports',
  title: 'ports',
  timeoutMs: SHORT_MS,
  run: async (patient, signal) => {
    const { settings, runtime, holder } = patient
    if (holder !== 'free')
      return runtime === undefined ? skipped('the running node has not said where it listens') : ours(patient, signal)
    if (settings instanceof Error) return skipped('the configuration does not say which')
    const taken = await Promise.all(wanted(settings.config).map(inUse))
    const findings = taken.flatMap((finding) => finding ?? [])
    return findings.length > 0 ? findings : ok(`${wanted(settings.config).map(nameOf).join(', ')}: free`)
  },
}

function wanted({ port, gossipPort, gossipBind, api, offline }: Config): Port[] {
  return [
    ...(api.enabled ? [{ setting: 'port' as const, port, host: '127.0.0.1' }] : []),
    ...(offline ? [] : [{ setting: 'gossip_port' as const, port: gossipPort, host: gossipBind }]),
  ]
}

function nameOf({ setting, port }: Port): string {
  return `${setting === 'port' ? 'API' : 'peers'} ${port === 0 ? 'any' : port}`
}

/** What keeps a port from being listened on. */
async function inUse(wanted: Port): Promise<Finding | undefined> {
  const server = createServer()
  try {
    server.listen(wanted.port, wanted.host)
    await once(server, 'listening')
    return undefined
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const flag = wanted.setting.replace('_', '-')
    const advice = `Stop what listens there, or choose another: "egregore config set ${wanted.setting} …" or --${flag} (0 picks a free one).`
    const found = code === 'EADDRINUSE' ? `port ${wanted.port} is in use by another program` : message
    return { verdict: 'failed', about: nameOf(wanted), found, advice }
  } finally {
    server.close()
  }
}

/** The API has answered already, or never will: what is tried here is the other one. */
async function ours({ runtime, node, settings }: Patient, signal: AbortSignal): Promise<Finding> {
  const api = node === undefined ? 'no API' : `API ${new URL(node.client.url).port}`
  if (runtime?.gossipPort === undefined) return ok(`${api}; no peers, for the node is offline`)
  const bind = settings instanceof Error ? '0.0.0.0' : settings.config.gossipBind
  const host = bind === '0.0.0.0' || bind === '::' ? '127.0.0.1' : bind
  const socket = connect({ host, port: runtime.gossipPort, signal })
  try {
    await once(socket, 'connect')
    return ok(`${api}, peers ${runtime.gossipPort}: the node’s own`)
  } catch (error) {
    const found = `nothing takes connections on the gossip port ${runtime.gossipPort}: ${(error as Error).message}`
    return { verdict: 'failed', found, advice: 'Look at "egregore logs --part network", and restart the node.' }
  } finally {
    socket.destroy()
  }
}
