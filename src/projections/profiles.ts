// The projection behind names and cards: every profile in effect. Which of them holds is asked when somebody looks (cards.ts), because it
// depends on the time, and on what their author has said of them since.

import { MessageProjection } from './message-projection.ts'
import { profileIn } from './profile-fields.ts'
import type { MessageEntry } from '../log/index.ts'
import type { ProjectionDatabase } from './projection.ts'
import type { Range } from './withdrawals.ts'

const TABLES = `
  DROP TABLE IF EXISTS profiles;
  DROP TABLE IF EXISTS profiles_agents;
  DROP TABLE IF EXISTS profiles_names;

  -- agent: empty for the node itself. capabilities: a JSON array. begins_at, ends_at: when it holds.
  CREATE TABLE profiles (
    feed INTEGER, agent TEXT, sequence INTEGER, offset INTEGER, begins_at INTEGER NOT NULL, ends_at INTEGER NOT NULL,
    name TEXT, name_key TEXT, description TEXT, capabilities TEXT NOT NULL, role TEXT, host TEXT,
    PRIMARY KEY (feed, agent, sequence, offset)
  ) WITHOUT ROWID;
  CREATE INDEX profiles_by_sequence ON profiles (feed, sequence);
  CREATE INDEX profiles_by_offset ON profiles (offset);

  -- How many profiles each agent has.
  CREATE TABLE profiles_agents (feed INTEGER, agent TEXT, profiles INTEGER NOT NULL, PRIMARY KEY (feed, agent)) WITHOUT ROWID;

  -- In how many profiles each author has a name, or has had it.
  CREATE TABLE profiles_names (name_key TEXT, feed INTEGER, profiles INTEGER NOT NULL, PRIMARY KEY (name_key, feed)) WITHOUT ROWID;

  CREATE TRIGGER profiles_added AFTER INSERT ON profiles BEGIN
    INSERT INTO profiles_agents VALUES (NEW.feed, NEW.agent, 1)
      ON CONFLICT DO UPDATE SET profiles = profiles + 1;
    INSERT INTO profiles_names SELECT NEW.name_key, NEW.feed, 1 WHERE NEW.name_key IS NOT NULL
      ON CONFLICT DO UPDATE SET profiles = profiles + 1;
  END;
  CREATE TRIGGER profiles_removed AFTER DELETE ON profiles BEGIN
    UPDATE profiles_agents SET profiles = profiles - 1 WHERE feed = OLD.feed AND agent = OLD.agent;
    DELETE FROM profiles_agents WHERE feed = OLD.feed AND agent = OLD.agent AND profiles = 0;
    UPDATE profiles_names SET profiles = profiles - 1 WHERE name_key = OLD.name_key AND feed = OLD.feed;
    DELETE FROM profiles_names WHERE name_key = OLD.name_key AND feed = OLD.feed AND profiles = 0;
  END;
`

/** Folds profiles into rows. `Cards` and `Names` read them. */
export class Profiles extends MessageProjection<ReturnType<typeof prepareStatements>> {
  readonly name = 'profiles'
  readonly version = 1

  constructor(database: ProjectionDatabase) {
    super(database, TABLES, 'profiles_withdrawn')
  }

  protected prepare(database: ProjectionDatabase) {
    return prepareStatements(database)
  }

  protected add({ feed, sequence, offset, envelope }: MessageEntry): void {
    const profile = profileIn(envelope)
    if (profile === undefined) return
    const { agent, beginsAt, endsAt, name, nameKey, description, capabilities, role, host } = profile
    const said = [name, nameKey, description, JSON.stringify(capabilities), role, host]
    this.sql.add.run(feed, agent, sequence, offset, beginsAt, endsAt, ...said)
  }

  protected remove(feed: number, { from, to }: Range, limit: number): number {
    return this.sql.remove.run(feed, from, to, limit).changes
  }
}

function prepareStatements(database: ProjectionDatabase) {
  return {
    // Not OR IGNORE, which would hold for the triggers too and keep them from counting.
    add: database.prepare('INSERT INTO profiles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING'),
    remove: database.prepare(
      `DELETE FROM profiles WHERE (feed, agent, sequence, offset) IN (
        SELECT feed, agent, sequence, offset FROM profiles WHERE feed = ? AND sequence BETWEEN ? AND ? LIMIT ?)`,
    ),
  }
}
