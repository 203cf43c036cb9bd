import { readMigrations } from '@iron/db';
import { startPostgres } from '@iron/test-postgres';
import { createTestDb } from '@iron/testkit';
import { settleDisk, sprinter, takeTurns } from '../contender.ts';
import { type Figures, ratioOf, spreadOf } from '../figures.ts';
import type { PeersScale } from './peers-scale.ts';
import { createPGlite, type PGlite } from './pglite.ts';

const QUERY = 'SELECT count(*) FROM users';

/** A migrated database for one test: Iron's on both engines, and PostgreSQL in this process. */
export async function measurePeersTestDatabases({ rounds, testDatabases }: PeersScale): Promise<Figures> {
  await using server = await startPostgres();
  const migrations = readMigrations('postgres');
  const template = await createPGlite(migrations);
  await useTestDbOnServer(server.url); // which makes its template
  const file = sprinter('Iron: createTestDb()', async () => await useTestDb(false));
  const memory = sprinter('Iron: createTestDb(), in memory', async () => await useTestDb(true));
  const clone = sprinter('Iron: createTestDb(), PostgreSQL', async () => await useTestDbOnServer(server.url));
  const pgliteClone = sprinter('PGlite: clone()', async () => await readAndClose(await template.clone()));
  const pglite = sprinter('PGlite: create, migrate', async () => await readAndClose(await createPGlite(migrations)));
  for (let round = 0; round <= rounds; round += 1) {
    await takeTurns([file, memory], testDatabases);
    if (round > 0) await takeTurns([clone, pgliteClone, pglite], 1);
    settleDisk();
  }
  await template.close();
  for (const each of [file, memory]) each.rounds.shift(); // the warm-up
  const all = [file, memory, clone, pgliteClone, pglite];
  const remarks = [
    'a file',
    'one connection',
    'on a server that runs already, with fsync off',
    'in memory, one connection',
    'the same',
  ];
  return {
    title: `A migrated database for one test beside PGlite, and its removal; ${rounds} rounds`,
    durations: all.map((each, index) => ({ ...spreadOf(each), remark: remarks[index] ?? '' })),
    memory: [],
    ratios: [pgliteClone, pglite].flatMap((peer) => [ratioOf(peer, file, null), ratioOf(peer, clone, null)]),
    notes: [
      "Everybody asks one query and closes. Iron's are copies of a template, as is what clone() makes. Templates are not timed.",
    ],
  };
}

async function useTestDb(memory: boolean): Promise<void> {
  await using test = await createTestDb({ memory });
  test.db.connection.prepare(QUERY).get();
}

async function useTestDbOnServer(server: string): Promise<void> {
  await using test = await createTestDb({ engine: 'postgres', server });
  await test.db.session.query(QUERY);
}

async function readAndClose(database: PGlite): Promise<void> {
  await database.exec(QUERY);
  await database.close();
}
