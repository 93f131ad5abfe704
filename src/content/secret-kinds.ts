// What secrets look like: the forms that keys and tokens of common services have, as secret scanners know them.
//
// Every pattern takes time that grows with the text and no faster: what repeats has a bound, or starts only where a run of its characters
// starts. A rule is tried only on text in which one of its hints stands.

/** One form of a secret. */
export interface SecretKind {
  /** For programs: `github-token`. */
  kind: string
  /** For people, to stand behind "looks like". */
  name: string
  /** What stands in every match. */
  hint: RegExp
  /** With the flag g. Its first group, or all of it, is the secret. */
  pattern: RegExp
  /** Shannon entropy of the secret, in bits a character: what has less is made up or repeats itself. */
  entropyMin?: number
  /** For matches that are no secrets. */
  isHarmless?: (secret: string, match: RegExpExecArray) => boolean
}

/** Where a token cannot have begun before, or go on behind. */
const START = '(?<![A-Za-z0-9_-])'
const END = '(?![A-Za-z0-9])'

function token(kind: string, name: string, hint: RegExp, form: string, entropyMin = 3): SecretKind {
  return { kind, name, hint, pattern: new RegExp(`${START}${form}${END}`, 'g'), entropyMin, isHarmless: isExample }
}

/** Forms in which a secret can be told from everything else by itself. */
const TOKENS: readonly SecretKind[] = [
  token(
    'aws-access-key',
    'an AWS access key',
    /A3T|AKIA|ASIA|ABIA|ACCA/,
    '(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}',
  ),
  token('github-token', 'a GitHub token', /gh[pousr]_/, 'gh[pousr]_[A-Za-z0-9]{36,255}'),
  token('github-token', 'a GitHub token', /github_pat_/, 'github_pat_[A-Za-z0-9_]{82}'),
  token(
    'gitlab-token',
    'a GitLab token',
    /gl[a-z]{2,5}-/,
    'gl(?:pat|dt|rt|soat|oas|ptt|ft|imt|agent|cbt|ffct)-[A-Za-z0-9_-]{20,64}',
  ),
  token('slack-token', 'a Slack token', /xox[abeoprs]-/, 'xox[abeoprs](?:-[0-9]{1,14}){1,3}-[A-Za-z0-9-]{16,200}'),
  token('slack-token', 'a Slack token', /xapp-/, 'xapp-[0-9]-[A-Z0-9]{8,20}-[0-9]{10,14}-[a-z0-9]{32,100}'),
  token(
    'slack-webhook',
    'a Slack webhook',
    /hooks\.slack\.com/,
    'hooks\\.slack\\.com/(?:services|workflows|triggers)/[A-Za-z0-9+/]{40,60}',
  ),
  token(
    'discord-webhook',
    'a Discord webhook',
    /\/api\/webhooks\//,
    'discord(?:app)?\\.com/api/webhooks/[0-9]{17,20}/[A-Za-z0-9_-]{60,90}',
  ),
  token('telegram-token', 'a Telegram bot token', /:AA/, '[0-9]{8,10}:AA[A-Za-z0-9_-]{33}'),
  token('stripe-key', 'a Stripe key', /[sr]k_(?:live|test|prod)_/, '[sr]k_(?:live|test|prod)_[A-Za-z0-9]{10,247}', 2),
  token('stripe-key', 'a Stripe webhook secret', /whsec_/, 'whsec_[A-Za-z0-9+/]{32,64}'),
  token(
    'openai-key',
    'an OpenAI key',
    /T3BlbkFJ/,
    'sk-(?:(?:proj|svcacct|admin)-)?[A-Za-z0-9_-]{20,180}T3BlbkFJ[A-Za-z0-9_-]{20,180}',
  ),
  token('anthropic-key', 'an Anthropic key', /sk-ant-/, 'sk-ant-[a-z]{3,6}[0-9]{2}-[A-Za-z0-9_-]{80,120}'),
  token('google-key', 'a Google API key', /AIza/, 'AIza[A-Za-z0-9_-]{35}', 3.5),
  token('google-key', 'a Google OAuth secret', /GOCSPX-/, 'GOCSPX-[A-Za-z0-9_-]{28}'),
  token('google-key', 'a Google access token', /ya29\./, 'ya29\\.[A-Za-z0-9_-]{30,400}'),
  token('npm-token', 'an npm token', /npm_/, 'npm_[A-Za-z0-9]{36}'),
  token('pypi-token', 'a PyPI token', /pypi-AgE/, 'pypi-AgE[A-Za-z0-9_-]{50,1000}'),
  token('huggingface-token', 'a Hugging Face token', /hf_/, 'hf_[A-Za-z0-9]{34}'),
  token('groq-key', 'a Groq key', /gsk_/, 'gsk_[A-Za-z0-9]{52}'),
  token('xai-key', 'an xAI key', /xai-/, 'xai-[A-Za-z0-9]{80}'),
  token('perplexity-key', 'a Perplexity key', /pplx-/, 'pplx-[A-Za-z0-9]{48}'),
  token('digitalocean-token', 'a DigitalOcean token', /do[opr]_v1_/, 'do[opr]_v1_[a-f0-9]{64}'),
  token('sendgrid-key', 'a SendGrid key', /SG\./, 'SG\\.[A-Za-z0-9_-]{22}\\.[A-Za-z0-9_-]{43}'),
  token('twilio-key', 'a Twilio key', /SK[0-9a-f]{8}/, 'SK[0-9a-f]{32}'),
  token('shopify-token', 'a Shopify token', /shp(?:at|ca|pa|ss)_/, 'shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}'),
  token('docker-token', 'a Docker token', /dckr_/, 'dckr_[po]at_[A-Za-z0-9_-]{27,40}'),
  token('databricks-token', 'a Databricks token', /dapi[a-f0-9]{8}/, 'dapi[a-f0-9]{32}(?:-[0-9])?'),
  token('vault-token', 'a Vault token', /hv[bs]\./, 'hv[bs]\\.[A-Za-z0-9_-]{24,200}'),
  token('age-key', 'an age secret key', /AGE-SECRET-KEY-1/, 'AGE-SECRET-KEY-1[A-Z0-9]{58}'),
  token('azure-key', 'an Azure storage key', /AccountKey=/, 'AccountKey=[A-Za-z0-9+/]{86}=='),
]

/** Forms that need a look at what stands around them. */
const OTHERS: readonly SecretKind[] = [
  {
    kind: 'jwt',
    name: 'a signed token (JWT)',
    hint: /eyJ/,
    pattern: /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,}/g,
  },
  {
    kind: 'private-key',
    name: 'a private key',
    hint: /PRIVATE KEY/,
    // The first line alone is what people write about; a key follows it.
    pattern: /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[^-]{0,300}?[A-Za-z0-9+/]{40}/g,
  },
  {
    kind: 'url-password',
    name: 'an address with a password',
    hint: /:\/\//,
    pattern: /[A-Za-z][A-Za-z0-9+.-]{1,19}:\/\/([^\s:@/?#'"<>`]{0,64}):([^\s@/?#'"<>`]{3,128})@/g,
    isHarmless: (_, [, user = '', password = '']) => password === user || PLACEHOLDER.test(password),
  },
  {
    kind: 'aws-secret-key',
    name: 'an AWS secret key',
    hint: /aws/i,
    pattern: /aws[A-Za-z_ -]{0,30}key["'`]?[\s:=]{1,6}["'`]?([A-Za-z0-9+/]{40})(?![A-Za-z0-9+/=])/gi,
    entropyMin: 4,
    isHarmless: (secret) => isExample(secret) || isNoSecret(secret),
  },
  {
    kind: 'assigned-secret',
    name: 'a password or token',
    hint: /pass|secret|token|key|bearer/i,
    pattern:
      /(?:pass(?:word|wd)|secret|token|api[_-]?key|access[_-]?key|private[_-]?key)["'`]?\s{0,3}(?:=>|:=|[:=])\s{0,3}["'`]?(?:bearer )?([A-Za-z0-9_+/=.~-]{16,256})/gi,
    entropyMin: 3.5,
    isHarmless: isNoSecret,
  },
  {
    kind: 'assigned-secret',
    name: 'a password or token',
    hint: /bearer/i,
    pattern: /authorization["'`]?\s{0,3}[:=]\s{0,3}["'`]?(?:bearer|basic|token) ([A-Za-z0-9_+/=.~-]{16,512})/gi,
    entropyMin: 3.5,
    isHarmless: isNoSecret,
  },
]

/** All forms that text is looked through for. */
export const SECRET_KINDS: readonly SecretKind[] = [...TOKENS, ...OTHERS]

/** Names of fields whose whole value is a secret, when it looks like one. */
export const SECRET_FIELD = /(?:password|passwd|secret|token|(?:api|access|secret|private)[_-]?key)$/i

/** Whether the value of such a field is made of chance. */
export function isRandomToken(value: string): boolean {
  return RANDOM_TOKEN.test(value) && entropyOf(value) >= 3.5 && !isNoSecret(value)
}

const RANDOM_TOKEN = /^[A-Za-z0-9_+/=.~-]{16,256}$/

/** Bits a character. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length)
  return bits
}

/** Keys of manuals. */
function isExample(secret: string): boolean {
  return /example|your[_-]|xxxx/i.test(secret)
}

const PLACEHOLDER =
  /^(?:pass(?:word|wd)?|pwd|secret|change_?me|example|postgres|root|admin|your.*|x{3,}|\*+|\.+|[$%{[(<].*)$/i

/** Digests, ids and words: they stand beside such names too, and tell nothing. */
function isNoSecret(value: string): boolean {
  return (
    NO_SECRETS.some((form) => form.test(value)) || (value.match(/[0-9]/g) ?? []).length < 2 || !/[A-Za-z]/.test(value)
  )
}

const NO_SECRETS: readonly RegExp[] = [
  // SHA-1, SHA-256, SHA-512 as hex, such as our hashes and commits.
  /^(?:[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128})$/i,
  /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i,
  // PeerIds and other content ids; authors without their @.
  /^(?:12D3KooW|Qm|bafy)[A-Za-z0-9]+$/,
  /\.ed25519$/,
  // Times, paths, names of files and of environment variables.
  /^\d{4}-\d\d-\d\d/,
  /^[A-Z0-9_]+$/,
  /\.(?:json|ya?ml|env|txt|pem|key|ts|js|py|rs|go|sh)$/i,
  /^(?:\.{0,2}\/)/,
  PLACEHOLDER,
  /example|placeholder|redacted|dummy|xxxx/i,
]
