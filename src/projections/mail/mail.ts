// The projection of who talks to whom: messages, queries and responses, whom each is meant for, and what it answers.

import { blocksOf } from '../bit-blocks.ts'
import { MessageProjection } from '../message-projection.ts'
import { kindOf, mailCategoryOf, recipientsOf, threadIn } from '../recipients.ts'
import { expiryTime, listedTime } from '../times.ts'
import type { MessageEntry } from '../../log/index.ts'
import type { ProjectionDatabase } from '../projection.ts'
import type { Range } from '../withdrawals.ts'

/** How much a message matters, as the table has it. */
export const SEVERITIES = ['info', 'warning', 'critical'] as const

/**
 * recipients: a JSON array. A response to nobody in particular is for whoever asked, and no news for everybody.
 * hash: of a query alone. answers: of a query, how many responses are held, whether or not they count now.
 */
const TABLES = `
  DROP TABLE IF EXISTS mail;
  DROP TABLE IF EXISTS mail_recipients;
  CREATE TABLE mail (
    offset INTEGER PRIMARY KEY, feed INTEGER NOT NULL, sequence INTEGER NOT NULL, time INTEGER NOT NULL, expires_at INTEGER,
    kind TEXT NOT NULL, severity INTEGER NOT NULL, category TEXT, thread BLOB, confidence REAL, recipients TEXT NOT NULL,
    hash BLOB, answers INTEGER NOT NULL
  );
  CREATE INDEX mail_by_sequence ON mail (feed, sequence);
  CREATE INDEX mail_queries ON mail (time, offset, expires_at, feed) WHERE kind = 'query';
  CREATE INDEX mail_unanswered ON mail (time, offset, expires_at, feed) WHERE kind = 'query' AND answers = 0;
  CREATE INDEX mail_queries_expiring ON mail (expires_at) WHERE kind = 'query' AND expires_at IS NOT NULL;
  CREATE INDEX mail_queries_by_hash ON mail (hash) WHERE hash IS NOT NULL;
  CREATE INDEX mail_responses_by_feed ON mail (feed, thread) WHERE kind = 'response';
  CREATE INDEX mail_responses_expiring ON mail (expires_at, thread) WHERE kind = 'response' AND expires_at IS NOT NULL;
  CREATE INDEX mail_by_thread ON mail (thread, kind) WHERE thread IS NOT NULL;
  CREATE INDEX mail_critical ON mail (feed, time, sequence) WHERE severity = ${SEVERITIES.indexOf('critical')};

  CREATE TABLE mail_recipients (
    recipient TEXT, time INTEGER, offset INTEGER, feed INTEGER NOT NULL, severity INTEGER NOT NULL, category TEXT,
    PRIMARY KEY (recipient, time, offset)
  ) WITHOUT ROWID;
  CREATE INDEX mail_weighty ON mail_recipients (recipient, time, offset, feed) WHERE severity > 0;
  CREATE INDEX mail_categories ON mail_recipients (recipient, category, time, offset, feed) WHERE category IS NOT NULL;
  ${blocksOf('mail_recipients', 'recipient')}
  CREATE TRIGGER mail_added AFTER INSERT ON mail BEGIN
    INSERT INTO mail_recipients SELECT value, NEW.time, NEW.offset, NEW.feed, NEW.severity, NEW.category FROM json_each(NEW.recipients);
  END;
  CREATE TRIGGER mail_removed AFTER DELETE ON mail BEGIN
    DELETE FROM mail_recipients
      WHERE recipient IN (SELECT value FROM json_each(OLD.recipients)) AND time = OLD.time AND offset = OLD.offset;
  END;
  CREATE TRIGGER mail_response_added AFTER INSERT ON mail WHEN NEW.kind = 'response' BEGIN
    UPDATE mail SET answers = answers + 1 WHERE hash = NEW.thread;
  END;
  CREATE TRIGGER mail_response_removed AFTER DELETE ON mail WHEN OLD.kind = 'response' BEGIN
    UPDATE mail SET answers = answers - 1 WHERE hash = OLD.thread;
  END;
`

/** Folds what somebody says to somebody. `Inbox` and `Questions` read it. */
export class Mail extends MessageProjection<ReturnType<typeof prepareStatements>> {
  readonly name = 'mail'
  readonly version = 4

  constructor(database: ProjectionDatabase) {
    super(database, TABLES, 'mail_withdrawn')
  }

  protected prepare(database: ProjectionDatabase) {
    return prepareStatements(database)
  }

  protected add(entry: MessageEntry): void {
    const { offset, feed, sequence, hash, envelope } = entry
    const fields = fieldsOf(envelope.content)
    if (fields === undefined) return
    const { kind, severity, confidence } = fields
    const place = [offset, feed, sequence, listedTime(entry), expiryTime(entry)]
    const thread = threadIn(envelope)
    const threadBytes = thread === undefined ? null : Buffer.from(thread, 'hex')
    const recipients = JSON.stringify(recipientsOf(envelope.content))
    const question = kind === 'query' ? Buffer.from(hash, 'hex') : null
    const said = [kind, severity, mailCategoryOf(envelope.content), threadBytes, confidence, recipients]
    this.sql.add.run(...place, ...said, question, question)
  }

  protected remove(feed: number, { from, to }: Range, limit: number): number {
    return this.sql.remove.run(feed, from, to, limit).changes
  }
}

interface Fields {
  kind: string
  severity: number
  confidence: number | null
}

/** A field that does not fit is as if it were absent. */
function fieldsOf(content: unknown): Fields | undefined {
  const kind = kindOf(content)
  if (kind === undefined) return undefined
  const { severity, confidence } = content as Record<string, unknown> // As: what has a kind is an object.
  return {
    kind,
    severity: Math.max(0, (SEVERITIES as readonly unknown[]).indexOf(severity)),
    confidence: typeof confidence === 'number' && confidence >= 0 && confidence <= 1 ? confidence : null,
  }
}

function prepareStatements(database: ProjectionDatabase) {
  return {
    // Not OR IGNORE, which would hold for the triggers too.
    add: database.prepare(
      `INSERT INTO mail VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
        (SELECT count(*) FROM mail AS response WHERE response.thread = ? AND response.kind = 'response')) ON CONFLICT DO NOTHING`,
    ),
    remove: database.prepare(
      `DELETE FROM mail WHERE offset IN (SELECT offset FROM mail WHERE feed = ? AND sequence BETWEEN ? AND ? LIMIT ?)`,
    ),
  }
}
