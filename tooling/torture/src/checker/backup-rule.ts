import { BACKUP_KINDS, backupOf } from '../history/backup-of.ts';
import { ofKinds, type OperationOf } from '../history/operation.ts';
import type { History, Violation } from './violation.ts';

type Maker = ReturnType<typeof ofKinds<(typeof BACKUP_KINDS)[number]>>[number];
type Prune = OperationOf<'backup.prune'>;

/** A backup that was acknowledged is there until somebody drops it, who drops none of the newest. @param listed by path */
export function checkKept({ operations }: Pick<History, 'operations'>, listed: ReadonlySet<string>): Violation[] {
  const makers = ofKinds(operations, ...BACKUP_KINDS);
  const prunes = ofKinds(operations, 'backup.prune');
  return makers.flatMap((maker) => {
    const path = backupOf(maker);
    if (path === undefined) return [];
    const dropped = prunes.filter((prune) => prune.until > maker.from && mayHaveDropped(prune, path));
    const about = { operations: [maker, ...dropped], rows: [] };
    const isTold = dropped.some(({ outcome }) => outcome === 'done');
    if (listed.has(path)) return isTold ? [{ says: `Backup ${path} was dropped and is there.`, ...about }] : [];
    if (dropped.some((prune) => newerThan(maker, makers, prune) >= prune.wanted.keep)) return [];
    return [{ says: `Backup ${path} is gone, and was one to be kept.`, ...about }];
  });
}

/** One that was killed, or failed half-way, tells nobody what it has dropped. */
function mayHaveDropped({ outcome, answer }: Prune, path: string): boolean {
  return outcome !== 'done' || (answer?.deleted.includes(path) ?? false);
}

/** How many may have been made after that one. What was refused may have made its backup before. */
function newerThan(maker: Maker, makers: readonly Maker[], { until }: Prune): number {
  return makers.filter((other) => other !== maker && other.until > maker.from && other.from < until).length;
}
