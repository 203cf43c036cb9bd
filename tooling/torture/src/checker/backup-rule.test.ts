import { expect, test } from 'vitest';
import type { Operation } from '../history/operation.ts';
import { checkKept } from './backup-rule.ts';
import { begun, done, refused, saidBy } from './history.fixture.ts';

const made = (path: string) => done('backup.make', {}, { path });
const prune = begun.bind(undefined, 'backup.prune', { keep: 1 });
const pruned = (...deleted: string[]) => done('backup.prune', { keep: 1 }, { deleted });

/** What is said when those are listed. */
function check(operations: readonly Operation[], ...listed: readonly string[]): string[] {
  return saidBy(checkKept({ operations }, new Set(listed)));
}

test.each([
  ['is kept', [made('a')], ['a']],
  ['was dropped', [made('a'), made('b'), pruned('a')], ['b']],
  ['was perhaps dropped, and was', [made('a'), made('b'), prune()], ['b']],
  ['was perhaps dropped, and was not', [made('a'), made('b'), prune()], ['a', 'b']],
  ['was dropped by one that failed half-way', [made('a'), made('b'), refused(prune(), 'database.busy')], ['b']],
  ['was made by a reset', [done('life.reset', {}, { backup: 'a' })], ['a']],
])('a backup that %s is no violation', (_, operations, listed) => {
  expect(check(operations, ...listed)).toEqual([]);
});

test.each([
  ['is gone though nobody dropped it', [made('a')], []],
  ['was dropped though it was the newest', [made('a'), pruned('a')], []],
  ['was perhaps dropped though it was the newest', [made('b'), made('a'), prune()], ['b']],
  ['was made after the others were dropped, and is gone', [made('b'), pruned(), made('a')], ['b']],
])('finds a backup that %s', (_, operations, listed) => {
  expect(check(operations, ...listed)).toEqual(['Backup a is gone, and was one to be kept.']);
});

test('finds a backup that is there though it was dropped', () => {
  expect(check([made('a'), made('b'), pruned('a')], 'a', 'b')).toEqual(['Backup a was dropped and is there.']);
});
