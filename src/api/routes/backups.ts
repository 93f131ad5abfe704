// POST /v1/backups: a copy of the log as it stands now, beside it on disk.

import { formatTimestamp } from '../../feed/index.ts'
import { defineRoute } from '../route.ts'
import { BackupShape } from '../shapes/transfers.ts'

export const makeBackupRoute = defineRoute(
  {
    method: 'post',
    path: '/v1/backups',
    summary: 'Makes a checked copy of the database in the data directory, while the node goes on',
    description:
      'Copies the log and all local records, and checks the copy before it answers. Without the private key, and without lists and index, which are made anew from the log. One at a time.',
    answer: { status: 201, description: 'Where it is', data: BackupShape },
    errors: ['STORE_BACKUP_RUNNING', 'STORE_FULL', 'STORE_UNWRITABLE', 'STORE_DAMAGED'],
  },
  async ({ backups }) => {
    const { path, bytes, madeAt } = await backups.make()
    return { data: { path, bytes, made_at: formatTimestamp(madeAt) } }
  },
)
