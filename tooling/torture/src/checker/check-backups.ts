import type { Lineage } from '../history/lineage.ts';
import type { Operation } from '../history/operation.ts';
import type { Stage } from '../stage/stage.ts';
import { checkContent } from './check-content.ts';
import type { Violation } from './violation.ts';

/** A backup, and what it holds of what was acknowledged. */
export interface MadeBackup {
  readonly path: string;
  readonly lineage: Lineage;
}

/** Restores each backup to a database beside, migrates that, and compares it with what was acknowledged before it was made. */
export async function checkBackups(
  stage: Stage,
  backups: readonly MadeBackup[],
  operations: readonly Operation[],
): Promise<Violation[]> {
  const violations: Violation[] = [];
  for (const { path, lineage } of backups) {
    const place = await stage.another('restored');
    await place.lifecycle.restore({ from: path, environment: 'development' });
    await place.lifecycle.migrate({ environment: 'development' });
    const found = await checkContent({ url: place.url, lifecycle: place.lifecycle, lineage, operations });
    violations.push(...found.map((violation) => ({ ...violation, says: `Of backup ${path}: ${violation.says}` })));
    await place.remove();
  }
  return violations;
}
