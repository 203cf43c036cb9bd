import type { Noun } from '../grammar/command.ts';
import { backup } from './db/backup.ts';
import { backups } from './db/backups.ts';
import { copy } from './db/copy.ts';
import { inspect } from './db/inspect.ts';
import { migrate } from './db/migrate.ts';
import { migrationNew } from './db/migration-new.ts';
import { prune } from './db/prune.ts';
import { reset } from './db/reset.ts';
import { resetSeed } from './db/reset-seed.ts';
import { restore } from './db/restore.ts';
import { seed } from './db/seed.ts';
import { status } from './db/status.ts';
import { verify } from './db/verify.ts';

const migration: Noun = {
  kind: 'noun',
  name: 'migration',
  summary: 'Migration files',
  examples: ['db migration new add_regions'],
  children: [migrationNew],
};

export const db: Noun = {
  kind: 'noun',
  name: 'db',
  summary: 'Make, seed, migrate, check, back up and restore the database',
  examples: ['db reset-seed', 'db status ./other.db', 'db restore --last'],
  children: [
    resetSeed,
    reset,
    seed,
    migrate,
    status,
    verify,
    backup,
    backups,
    prune,
    restore,
    copy,
    inspect,
    migration,
  ],
};
