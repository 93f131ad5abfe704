// What a report holds: facts about this software, the machine, the node and its settings, and the last lines of its log. Messages are in
// none of them.

import { availableParallelism, freemem, release, totalmem } from 'node:os'
import { CHECKS, examine, reportOf } from '../doctor/index.ts'
import { LogReader } from '../logs/index.ts'
import { settingRows } from '../setting-rows.ts'
import type { Patient } from '../doctor/index.ts'

/** Lines of the log: what happened in the last minutes, or days. */
const LOG_LINES_MAX = 500

/** A table that somebody looks through. */
const PEERS_MAX = 200

const MIB = 1024 * 1024

/** Not yet redacted. */
export async function collect(patient: Patient): Promise<Record<string, unknown>> {
  const { version, settings, paths, runtime, holder } = patient
  const [doctor, log, node] = await Promise.all([
    examine(CHECKS, patient),
    lastLines(paths.log).catch(wordsOf),
    askNode(patient),
  ])
  return {
    made_at: new Date().toISOString(),
    version,
    system: systemFacts(),
    paths,
    process: { runtime, holder },
    settings: settings instanceof Error ? { error: settings.message } : settingRows(settings),
    ...node,
    doctor: doctor.map(reportOf),
    log,
  }
}

function systemFacts(): Record<string, unknown> {
  const { versions, platform, arch } = process
  const memory = { total_mib: Math.round(totalmem() / MIB), free_mib: Math.round(freemem() / MIB) }
  return {
    node: versions.node,
    sqlite: versions.sqlite,
    platform,
    arch,
    release: release(),
    cores: availableParallelism(),
    memory,
  }
}

async function lastLines(path: string): Promise<unknown[]> {
  const reader = new LogReader(path, { level: 'debug' })
  try {
    return await reader.last(LOG_LINES_MAX)
  } finally {
    await reader.close()
  }
}

/** What does not answer says why: that may be what the report is about. */
async function askNode({ node, whyNoNode }: Patient): Promise<Record<string, unknown>> {
  if (node === undefined) return { status: { error: whyNoNode?.message } }
  const { client, status } = node
  const [mesh, levels, metrics] = await Promise.all([
    client.get('/v1/mesh').then(({ data }) => data.slice(0, PEERS_MAX), wordsOf),
    client.get('/v1/log-levels').then(({ data }) => data, wordsOf),
    client.fetch('/metrics').then(async (response) => metricLines(await response.text()), wordsOf),
  ])
  return { status, mesh, log_levels: levels, metrics }
}

function metricLines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
}

function wordsOf(error: Error): { error: string } {
  return { error: error.message }
}
