// Scenarios of the official conformance suite that say nothing about this server, each with its reason. The test holds the list against
// the run: a scenario in it that passes, or one outside of it that does not, fails.

const FIXTURE_TOOL = 'calls a tool of the suite’s own demonstration server, which this server does not have'
const FIXTURE_RESOURCE = 'reads a resource of the suite’s own demonstration server, which this server does not have'
const FIXTURE_PROMPT = 'gets a prompt of the suite’s own demonstration server, which this server does not have'
const ASKS_THE_CLIENT =
  'has a tool of the suite’s own server ask the client back; no tool here does, and no session would carry the answer'
const OFFERED_TO_2026_ONLY =
  'changes of resources are told to clients of 2026-07-28 alone: without sessions an older client has no stream to be told on'

export const NOT_APPLICABLE: Readonly<Record<string, string>> = {
  'logging-set-level': 'logging is not offered: nothing is sent while a call goes on',
  'completion-complete': 'completion is not offered: no argument of a prompt has values to choose from',
  'tools-call-simple-text': FIXTURE_TOOL,
  'tools-call-image': FIXTURE_TOOL,
  'tools-call-audio': FIXTURE_TOOL,
  'tools-call-embedded-resource': FIXTURE_TOOL,
  'tools-call-mixed-content': FIXTURE_TOOL,
  'tools-call-with-logging': FIXTURE_TOOL,
  'tools-call-error': FIXTURE_TOOL,
  'tools-call-with-progress': FIXTURE_TOOL,
  'tools-call-sampling': ASKS_THE_CLIENT,
  'tools-call-elicitation': ASKS_THE_CLIENT,
  'json-schema-2020-12': FIXTURE_TOOL,
  'elicitation-sep1034-defaults': ASKS_THE_CLIENT,
  'elicitation-sep1330-enums': ASKS_THE_CLIENT,
  'server-sse-polling':
    'every call is answered by one JSON text, so there is no stream to resume; the suite then checks nothing',
  'resources-read-text': FIXTURE_RESOURCE,
  'resources-read-binary': FIXTURE_RESOURCE,
  'resources-templates-read': FIXTURE_RESOURCE,
  'resources-subscribe': OFFERED_TO_2026_ONLY,
  'resources-unsubscribe': OFFERED_TO_2026_ONLY,
  'prompts-get-simple': FIXTURE_PROMPT,
  'prompts-get-with-args': FIXTURE_PROMPT,
  'prompts-get-embedded-resource': FIXTURE_PROMPT,
  'prompts-get-with-image': FIXTURE_PROMPT,
}
