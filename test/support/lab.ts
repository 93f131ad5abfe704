// Labs of tests: made only where namespaces are allowed, and gone when the test ends.

import { onTestFinished, test } from 'vitest'
import { whyNoLab } from '../../scripts/mesh-lab/allowed.ts'
import { makeLab } from '../../scripts/mesh-lab/lab.ts'
import { NodeProcess } from './node-process.ts'
import type { Host } from '../../scripts/mesh-lab/host.ts'
import type { Lab, LabInit } from '../../scripts/mesh-lab/lab.ts'

const reason = whyNoLab()

/** A test that needs a lab. Where none can be made it is skipped, counted, and its name says why. */
export const labTest = (name: string, run: () => Promise<void>): void => {
  if (reason === undefined) test(name, run)
  else test.skip(`${name} (${reason})`, run)
}

/** A lab that lasts as long as the test. */
export async function openLab(init: LabInit): Promise<Lab> {
  const lab = await makeLab(init)
  onTestFinished(() => lab.close())
  return lab
}

/** Starts a node on a host; its addresses are those of the lab, its API answers here. */
export async function startOn(host: Host, flags: readonly string[] = []): Promise<NodeProcess> {
  const { child, dataDir, ...ready } = await host.start(['--network-key', 'lab', ...flags])
  return new NodeProcess(child, dataDir, ready)
}
