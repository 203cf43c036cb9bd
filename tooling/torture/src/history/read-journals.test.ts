import { mkdtempDisposableSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Journal } from './journal.ts';
import { readJournal } from './read-journals.ts';

test('what was written down before and after is one operation; what has no outcome, or one that was cut off, is not known', () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'iron-journal-'));
  const file = join(folder.path, 'one.ndjson');
  const journal = new Journal(file, 'one');
  const [done = '', refused = '', , cut = ''] = Array.from({ length: 4 }, () => journal.intend('backup.make', {}));
  journal.done(done, { path: 'a' });
  journal.failed(refused, 'refused', 'database.busy');
  journal.done(cut, { path: 'b' });

  expect(readJournal(readFileSync(file, 'utf8').slice(0, -5))).toMatchObject([
    { id: 'one.1', kind: 'backup.make', outcome: 'done', answer: { path: 'a' } },
    { id: 'one.2', outcome: 'refused', code: 'database.busy' },
    { id: 'one.3', outcome: 'unknown', until: Infinity },
    { id: 'one.4', outcome: 'unknown', until: Infinity },
  ]);
});
