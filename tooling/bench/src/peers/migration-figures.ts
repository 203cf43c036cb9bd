import { mkdtempDisposableSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readMigrations } from '@iron/db';
import { settleDisk, sprinter, takeTurns } from '../contender.ts';
import { type Figures, ratioOf, spreadOf } from '../figures.ts';
import { type Migrate, migrateByHand, migrateWithIron, migratorOfDrizzle, migratorOfKnex } from './migrators.ts';
import { openPeerFile } from './peer-drivers.ts';
import type { PeersScale } from './peers-scale.ts';

/** Migrating a file from nothing: Iron, and those who run SQL files in order. */
export async function measureMigrations({ rounds, turns }: PeersScale): Promise<Figures> {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'iron-bench-'));
  const path = join(folder.path, 'migrated.db');
  const migrations = readMigrations();
  const ways = [
    { what: 'Iron: applyAllMigrations', remark: REMARKS.iron, migrate: migrateWithIron },
    {
      what: 'drizzle-orm: migrate',
      remark: REMARKS.drizzle,
      migrate: await migratorOfDrizzle(migrations, folder.path),
    },
    { what: 'Knex: migrate.latest', remark: REMARKS.knex, migrate: await migratorOfKnex(migrations) },
    { what: 'the SQL alone', remark: REMARKS.byHand, migrate: migrateByHand(migrations) },
  ];
  const triggers = await Promise.all(
    ways.map(async ({ migrate }, index) => await triggersAfter(migrate, `${path}.${index}`)),
  );
  if (new Set(triggers).size > 1) throw new Error(`The schemas are not the same: ${triggers.join(', ')} triggers.`);
  const contenders = ways.map(({ what, migrate, remark }) => {
    return {
      remark,
      ...sprinter(
        what,
        async () => await migrate(path),
        () => removeFile(path),
      ),
    };
  });
  for (let round = 0; round <= rounds; round += 1) {
    await takeTurns(contenders, turns);
    settleDisk();
  }
  for (const each of contenders) each.rounds.shift(); // the warm-up
  const [iron, ...others] = contenders;
  return {
    title: `${migrations.length} migrations of a new file beside peers, synchronous=FULL, ${rounds} rounds`,
    durations: contenders.map((each) => ({ ...spreadOf(each), remark: each.remark })),
    memory: [],
    ratios: others.flatMap((other) => (iron ? [ratioOf(iron, other, null)] : [])),
    notes: [
      'A new file opened, migrated and closed, in WAL. Iron reads and lints the SQL in its time, drizzle-orm reads it; Knex and',
      'the SQL alone are given it read, and both peers have it split into statements beforehand.',
    ],
  };
}

const REMARKS = {
  iron: 'locks others out, keeps and compares checksums, proves structure, references and that no row is lost',
  drizzle: 'one transaction; what is applied is told by the time of the last; hashes are stored, and not compared',
  knex: 'a lock in a table, which a killed process leaves; a transaction each; told by name, no checksums',
  byHand: 'one transaction; nothing is noted',
};

async function triggersAfter(migrate: Migrate, path: string): Promise<unknown> {
  await migrate(path);
  const connection = await openPeerFile(path, 'FULL');
  const triggers = connection.prepare("SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'").pluck().get();
  connection.close();
  return triggers;
}

function removeFile(path: string): void {
  for (const end of ['', '-wal', '-shm']) rmSync(`${path}${end}`, { force: true });
}
