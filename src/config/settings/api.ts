// Settings of the interfaces: HTTP and MCP.

import { setting } from '../setting.ts'
import { bearerToken, hostName, list, oneOf, webOrigin, yesOrNo } from '../values.ts'

export const API_SETTINGS = {
  api: {
    enabled: setting({
      accepts: yesOrNo,
      default: true,
      flag: 'no-api',
      description: 'the HTTP API; without it a node only relays',
      formerly: ['api_enabled'],
    }),
    // No other address: verbs look for the node at 127.0.0.1.
    bind: setting({
      accepts: oneOf(['127.0.0.1', '0.0.0.0']),
      default: '127.0.0.1',
      flag: 'api-bind',
      value: 'address',
      description:
        'where the API listens: 127.0.0.1, or 0.0.0.0 for every address, as in a container; that asks for --api-auth token',
    }),
    auth: setting({
      accepts: oneOf(['off', 'token', 'token-writes']),
      default: 'off',
      flag: 'api-auth',
      value: 'mode',
      description: 'which API calls need the token in <data-dir>/api.token: off, token (all) or token-writes',
      formerly: ['api_auth_enabled'],
      translate: (enabled) => (enabled === true ? 'token-writes' : enabled === false ? 'off' : enabled),
    }),
    token: setting({
      accepts: bearerToken.optional(),
      default: undefined,
      description: 'a token of your own for api.auth, kept in <data-dir>/api.token; without it one is made',
      secret: true, // No flag: other users of the machine see those.
      formerly: ['api_auth_token'],
    }),
    hosts: setting({
      accepts: list(hostName, 100),
      default: [],
      flag: 'api-host',
      value: 'name',
      description: 'a host name under which the API may be called besides loopback names, as through a tunnel',
      example: ['desk.example.org'],
      repeatable: true,
    }),
    origins: setting({
      accepts: list(webOrigin, 100),
      default: [],
      flag: 'api-origin',
      value: 'origin',
      description: 'an origin whose web pages may call the API',
      example: ['http://localhost:3000'],
      repeatable: true,
    }),
  },
  mcp: {
    enabled: setting({
      accepts: yesOrNo,
      default: true,
      flag: 'no-mcp',
      description: 'the MCP endpoint for agents, POST /mcp',
      formerly: ['mcp_enabled'],
    }),
    tools: setting<'core' | 'all'>({
      accepts: oneOf(['core', 'all']),
      default: 'all',
      flag: 'mcp-tools',
      value: 'set',
      description: 'which tools agents are offered: core, the eleven of the original, or all',
    }),
  },
} as const
