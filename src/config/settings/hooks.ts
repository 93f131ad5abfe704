// Settings of hooks.

import { hookEntry } from '../hook-entry.ts'
import { setting } from '../setting.ts'
import { list, path, seconds, text, yesOrNo } from '../values.ts'

export const HOOK_SETTINGS = {
  hooks: setting({
    accepts: list(hookEntry, 32),
    default: [],
    description: 'commands and webhooks that are called for messages; docs/hooks.md has their keys',
    example: [{ name: 'answer', on_message: '~/hooks/answer.sh', content_type: 'query', timeout_secs: 60 }],
    secret: true, // They may hold secrets, and their URLs tokens.
  }),
  hooksAllowCommands: setting({
    accepts: yesOrNo,
    default: true,
    description: 'whether hooks may start commands; false refuses a configuration in which one does',
    formerly: ['allow_subprocess_hooks'],
  }),
  hookOnMessage: setting({
    accepts: path.optional(),
    default: undefined,
    flag: 'hook-on-message',
    value: 'path',
    description: 'an executable that is started for every new message, which it finds on its standard input',
    example: '~/hooks/on-message.sh',
  }),
  hookWebhookUrl: setting({
    accepts: text(2_048).optional(),
    default: undefined,
    flag: 'hook-webhook-url',
    value: 'url',
    description: 'an address to which every new message is posted',
    example: 'https://example.org/egregore',
    secret: true, // Receivers often put a token into the path.
  }),
  hookTimeoutSecs: setting({
    accepts: seconds,
    default: 30,
    flag: 'hook-timeout-secs',
    value: 'seconds',
    description: 'time after which a hook has failed and is ended',
  }),
} as const
