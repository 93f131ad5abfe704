// A node as a unit of systemd. Units of the system are shut off from everything but their data directory; those of a user as far as
// that goes without namespaces, which not every distribution lets a user's manager make: such a unit would not start at all.

import { markOf } from './service.ts'
import type { Service } from './service.ts'

/** A node ends within 5 s of a signal (run-node.ts); whoever has not after this is ended. */
const STOP_SECONDS = 10

/** The text of a unit file. */
export function systemdUnit(service: Service): string {
  const isSystem = service.scope === 'system'
  const sections = [
    ['Unit', [`Description=Egregore node on ${plain(service.dataDir)}`, ...(isSystem ? ONLINE : [])]],
    ['Service', [...running(service), ...BOUNDS, ...(isSystem ? isolation(service) : [])]],
    ['Install', [`WantedBy=${isSystem ? 'multi-user' : 'default'}.target`]],
  ] as const
  const body = sections.map(([name, lines]) => [`[${name}]`, ...lines, ''].join('\n')).join('\n')
  const edit = `systemctl ${isSystem ? '' : '--user '}edit ${service.name}`
  return `# ${markOf(service.dataDir)}\n# The next "egregore service install" replaces this file; what you want to stay, add by: ${edit}\n\n${body}`
}

function running({ program, args, dataDir, account, passphraseFile, scope }: Service): string[] {
  return [
    'Type=exec',
    // The colon: no variable is put in, so that a dollar is a dollar.
    `ExecStart=:${[program, ...args].map(quoted).join(' ')}`,
    `WorkingDirectory=${plain(dataDir)}`,
    ...(account === undefined ? [] : [`User=${account}`]),
    ...(passphraseFile === undefined ? [] : passphrase(passphraseFile, scope)),
    'Restart=on-failure',
    'RestartSec=5',
    '# 2 is a wrong configuration: another start would say the same.',
    'RestartPreventExitStatus=2',
    '# Hooks are ended by the node, in order, and only then by systemd.',
    'KillMode=mixed',
    `TimeoutStopSec=${STOP_SECONDS}`,
    'UMask=0077',
  ]
}

/** For the system a credential: its file may belong to root alone. A user's own manager can read what the user can, and no more. */
function passphrase(path: string, scope: Service['scope']): string[] {
  if (scope === 'user') return [`Environment=${quoted(`EGREGORE_PASSPHRASE_FILE=${path}`)}`]
  return [`LoadCredential=passphrase:${plain(path)}`, 'Environment=EGREGORE_PASSPHRASE_FILE=%d/passphrase']
}

const ONLINE = ['Wants=network-online.target', 'After=network-online.target']

/** What any manager can impose. */
const BOUNDS = [
  '',
  'NoNewPrivileges=yes',
  'LockPersonality=yes',
  'RestrictNamespaces=yes',
  'RestrictRealtime=yes',
  'RestrictSUIDSGID=yes',
  '# Netlink: to know the addresses of this machine.',
  'RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK',
  'SystemCallArchitectures=native',
  'SystemCallFilter=@system-service',
  'SystemCallFilter=~@privileged',
  'SystemCallErrorNumber=EPERM',
  '# V8 writes the machine code that it runs.',
  'MemoryDenyWriteExecute=no',
]

function isolation({ dataDir }: Service): string[] {
  return [
    '',
    'ProtectSystem=strict',
    '# Read-only, not hidden: the program may lie there.',
    'ProtectHome=read-only',
    `ReadWritePaths=${quoted(dataDir)}`,
    'PrivateTmp=yes',
    'PrivateDevices=yes',
    'ProtectClock=yes',
    'ProtectControlGroups=yes',
    'ProtectHostname=yes',
    'ProtectKernelLogs=yes',
    'ProtectKernelModules=yes',
    'ProtectKernelTunables=yes',
    'ProtectProc=invisible',
    'RemoveIPC=yes',
    'CapabilityBoundingSet=',
    'AmbientCapabilities=',
  ]
}

/** One word of a line that is split into words (systemd.syntax(7), "Quoting"). */
function quoted(word: string): string {
  return `"${plain(word).replace(/["\\]/g, '\\$&')}"`
}

/** A line that is one value: only specifiers are read in it. */
function plain(value: string): string {
  return value.replaceAll('%', '%%')
}
