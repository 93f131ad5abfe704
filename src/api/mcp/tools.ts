// The tools, in the order in which they are listed. A new one is written in tools/ and named here.

import { z } from '@hono/zod-openapi'
import { addPeerTool } from './tools/add-peer.ts'
import { followTool } from './tools/follow.ts'
import { followsTool } from './tools/follows.ts'
import { identityTool } from './tools/identity.ts'
import { memoryTool } from './tools/memory.ts'
import { meshTool } from './tools/mesh.ts'
import { messageTool } from './tools/message.ts'
import { peersTool } from './tools/peers.ts'
import { presenceTool } from './tools/presence.ts'
import { publishTool } from './tools/publish.ts'
import { queryTool } from './tools/query.ts'
import { removePeerTool } from './tools/remove-peer.ts'
import { statusTool } from './tools/status.ts'
import { unfollowTool } from './tools/unfollow.ts'
import type { Tool as ToolListing } from '@modelcontextprotocol/server'
import type { Tool } from './tool.ts'

/** Those of the original, which its clients know. */
const CORE: readonly Tool[] = [
  statusTool,
  identityTool,
  publishTool,
  queryTool,
  meshTool,
  peersTool,
  addPeerTool,
  removePeerTool,
  followsTool,
  followTool,
  unfollowTool,
]

/** Behind them, what agents do with memories and one another. */
const MORE: readonly Tool[] = [memoryTool, messageTool, presenceTool]

/** Which tools a node offers. */
export type ToolSet = 'core' | 'all'

/** A tool, its entry in the list, and the schema of its payload. */
export interface ListedTool {
  tool: Tool
  listing: ToolListing
  outputSchema: Readonly<Record<string, unknown>>
}

/** By name, in order. Schemas are written out once, when the program starts. */
export const TOOLS_BY_NAME: Readonly<Record<ToolSet, ReadonlyMap<string, ListedTool>>> = {
  core: byName(CORE),
  all: byName([...CORE, ...MORE]),
}

function byName(tools: readonly Tool[]): ReadonlyMap<string, ListedTool> {
  return new Map(tools.map((tool) => [tool.spec.name, listed(tool)]))
}

function listed(tool: Tool): ListedTool {
  const { name, title, description, input, output, annotations } = tool.spec
  const outputSchema = z.toJSONSchema(output, { io: 'output' })
  const inputSchema = z.toJSONSchema(input, { io: 'input' })
  // As: both are schemas of JSON values, and the input's is one of an object.
  const listing = {
    name,
    title,
    description,
    inputSchema,
    outputSchema,
    annotations: { title, ...annotations },
  } as ToolListing
  return { tool, listing, outputSchema }
}
