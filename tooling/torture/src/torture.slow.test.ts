import { randomInt } from 'node:crypto';
import { openDatabase, wait } from '@iron/db';
import { expect, test } from 'vitest';
import { commandOf, type Wish } from './plan.ts';
import { torture } from './run-torture.ts';
import type { Stage } from './stage/stage.ts';
import { violationText } from './violation-text.ts';

const wish = (): Wish => ({ engine: 'sqlite', seed: randomInt(1, 2 ** 31), seconds: 9, processes: 5 });

test('whatever befalls processes, disk, files and clocks, a database and its backups hold what was acknowledged', async () => {
  const wished = wish();
  const { operations, violations } = await torture(wished);
  expect({ run: commandOf(wished), violations: violations.map(violationText) }).toEqual({
    run: commandOf(wished),
    violations: [],
  });
  const done = new Set(operations.filter(({ outcome }) => outcome === 'done').map(({ kind }) => kind));
  expect([...done]).toEqual(expect.arrayContaining(['token.rotate', 'usage.record', 'call.settle', 'backup.make']));
});

const LAST = 'id = (SELECT max(id) FROM token_usage WHERE request_id IS NOT NULL)';

/** What is changed behind the back of the checker, and what it says about it. */
const CHANGES = [
  [`DELETE FROM token_usage WHERE ${LAST}`, 'was acknowledged and is not there'],
  [`UPDATE token_usage SET input_tokens = 0 WHERE ${LAST}`, 'has other numbers than were acknowledged'],
  ['UPDATE api_tokens SET revoked_at = NULL, revoked_reason = NULL', 'is not as it was acknowledged to be'],
  [`UPDATE _holds SET state = 'held', ended_at = NULL WHERE state = 'settled'`, 'is held, and can only be settled'],
] as const;

async function changeEverything({ url }: Stage): Promise<void> {
  const database = await openDatabase(url);
  for (const [sql] of CHANGES) await database.write((tx) => wait(tx.statement(sql).run()));
  await database.close();
}

test('what is changed behind its back is found, and shown with the lines of the journals that contradict it', async () => {
  const wished: Wish = { ...wish(), seconds: 1 };
  const { phases, violations } = await torture(wished, { beforeCheck: changeEverything });
  const text = violations.map(violationText).join('\n');
  const named = CHANGES.map(([, says]) => new RegExp(`${says}.*\\n  journal: `).test(text));
  expect({ run: commandOf(wished), phases, named }).toEqual({
    run: commandOf(wished),
    phases: 1,
    named: CHANGES.map(() => true),
  });
});
