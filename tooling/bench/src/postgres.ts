import { chmodSync, mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBenchServer } from './bench-server.ts';
import type { Figures } from './figures.ts';
import { measurePostgresAdmissions } from './postgres-admissions.ts';
import { measurePostgresNodes } from './postgres-nodes.ts';
import type { Scale } from './scale.ts';
import { makeServedPostgres } from './served-postgres.ts';

const LIMITS = 1_000;

/** The services on a PostgreSQL server that is started for it, beside them on the same machine and disk. */
export async function* measurePostgres({ postgres: scale }: Pick<Scale, 'postgres'>): AsyncGenerator<Figures> {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'iron-bench-'));
  chmodSync(folder.path, 0o711); // the server's own user passes through
  await using server = await startBenchServer(folder.path);
  const users = Math.min(LIMITS, Math.ceil(scale.calls / 20));
  const ofUsers = { users, tokens: users, inProjects: false, calls: 0 };
  const served = { name: 'served', users, tokens: 2 * users, inProjects: true, calls: scale.calls };
  yield await measurePostgresAdmissions(await makeServedPostgres(server.url, served), scale);
  const thousand = await makeServedPostgres(server.url, { ...ofUsers, name: 'thousand' });
  const one = await makeServedPostgres(server.url, { ...ofUsers, users: 1, tokens: 10, name: 'one' });
  yield await measurePostgresNodes(server, { one, thousand }, scale);
}
