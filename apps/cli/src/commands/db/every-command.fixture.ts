import { readMigrations } from '@iron/db';
import { listWith, recordWith, textMatching } from '../../matchers.fixture.ts';

/** What the same commands print differently on the two engines, as patterns. */
export interface EngineWords {
  /** A backup's file, from its folder on. */
  readonly backup: string;
  /** The lines of `db status` from the journal or the server on. */
  readonly state: string;
  /** What the document of `db status` holds in their place. */
  readonly stateDocument: object;
}

/** Words, what the lines after the database are, and what the document holds beside it. */
export type PlayedCommand = readonly [words: string, lines: RegExp, document: object];

const TIME = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC`;

const MIGRATIONS = readMigrations();

/** Every command on a seeded database with two backups, in an order in which each finds what it needs. */
export function everyCommand({ backup: BACKUP, state, stateDocument }: EngineWords): readonly PlayedCommand[] {
  return [
    [
      'status',
      new RegExp(
        `^Environment    development\nCreated        ${TIME}\nSeeded         ${TIME}\nTables         11\nIndexes        32\n` +
          `${state}\n` +
          `migration +applied\n001_initial_schema\\.sql +${TIME}\n(.*\n){${MIGRATIONS.length - 2}}${MIGRATIONS.at(-1)?.file} +${TIME}\n$`,
      ),
      {
        identity: { environment: 'development' },
        pending: [],
        problem: null,
        tables: 11,
        indexes: 32,
        ...stateDocument,
      },
    ],
    [
      'verify',
      /^passed {2}integrity\npassed {2}references\npassed {2}migrations\npassed {2}schema\npassed {2}seed\npassed {2}credentials\n$/,
      { passed: true, checks: listWith({ check: 'integrity', problems: [], hint: null }) },
    ],
    ['migrate', /^Nothing to apply\.\n$/, { applied: [], backup: null }],
    ['migrate --dry-run', new RegExp(`^${MIGRATIONS.length} migrations applied, 0 pending\n$`), { pending: [] }],
    [
      'seed',
      /^Rows put in\nusers {10}0\nAPI tokens {5}0\nusage records {2}0\nusage limits {3}0\n\nUsers:\n {2}- admin /,
      { added: { users: 0, tokens: 0, usageRecords: 0, limits: 0 } },
    ],
    ['seed --check', /^The development data is as it was put in\.\n$/, { drift: [] }],
    [
      'inspect',
      /^agents \(0 rows\)\ncolumns +id, name, providers, created_at\nindexes +idx_agents_name\n\n/,
      { tables: listWith(recordWith({ name: 'token_usage', rows: 7 })) },
    ],
    [
      'inspect api_tokens --limit 2',
      /^id +token_hash +user_id .*\n +1 +\(hidden, 64 characters\) +user_admin .*\n.*\n2 of 3 rows\n$/,
      { table: 'api_tokens', total: 3, rows: [recordWith({ token_hash: '(hidden, 64 characters)' }), {}] },
    ],
    [
      'backups',
      new RegExp(
        `^age +size +verified +made for +file\n(\\d+ (second|minute)s? +[\\d.]+ KiB +yes +\\w+ +/.*${BACKUP}\n)+$`,
      ),
      { backups: listWith(recordWith({ reason: 'manual', verified: true })) },
    ],
    [
      'restore --last',
      new RegExp(`^Restored +/.*${BACKUP}\nBackup +/.*${BACKUP}\nUndo +.* db restore --last\n$`),
      { from: textMatching(BACKUP), backup: { reason: 'restore' }, setAside: null, pending: [] },
    ],
    [
      'backup',
      new RegExp(`^Backup +/.*${BACKUP}\nSize +[\\d.]+ KiB\n$`),
      { backup: { reason: 'manual', rows: { users: 3 } } },
    ],
    ['prune --keep 007', /^Dropped 0 backups, kept \d+\.\n$/, { deleted: [] }],
    ['prune --keep 1', /^(Dropped \/.*\n)*Dropped \d+ backups?, kept 1\.\n$/, { kept: [{ reason: 'manual' }] }],
  ];
}
