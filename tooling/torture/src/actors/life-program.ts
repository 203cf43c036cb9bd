import { createInterface } from 'node:readline';
import { lifecycleOf, parseDatabaseUrl } from '@iron/db';
import { Journal } from '../history/journal.ts';
import type { LifeOptions } from './life-options.ts';
import { attemptIn } from './attempt.ts';
import { becomeNobody } from './become-nobody.ts';

// Replaces or migrates the whole database, and may be killed at it. Begins when it is told to.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the run alone starts it
const options = JSON.parse(process.argv[2] ?? '') as LifeOptions;
const location = parseDatabaseUrl(options.url, '/');
if (location.kind === 'memory') throw new TypeError('A database in memory has no life of its own.');
const lifecycle = lifecycleOf(location, { folder: options.folder });
const attempt = attemptIn(new Journal(options.journal, options.name));
const environment = 'development';
if (options.asNobody) await becomeNobody();
process.stdout.write('ready\n');
for await (const _go of createInterface({ input: process.stdin })) {
  process.stdout.write('begun\n');
  await live();
  break;
}
process.stdin.destroy();

async function live(): Promise<unknown> {
  const { deed } = options;
  switch (deed.kind) {
    case 'life.reset':
      return await attempt(deed.kind, {}, async () => {
        const { backup } = await lifecycle.reset({ seed: false, environment });
        return { backup: backup?.path ?? null };
      });
    case 'life.restore':
      return await attempt(deed.kind, { path: deed.path }, async () => {
        const { backup } = await lifecycle.restore({ from: deed.path, environment });
        return { backup: backup?.path ?? null };
      });
    case 'life.migrate':
      return await attempt(deed.kind, {}, async () => {
        const { backup, applied } = await lifecycle.migrate({ environment });
        return { backup: backup?.path ?? null, applied: applied.length };
      });
  }
}
