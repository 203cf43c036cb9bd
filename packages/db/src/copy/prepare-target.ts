import type { Environment } from '../connection/environment.ts';
import { COPIED_TABLES } from './copied-tables.ts';
import type { CopyTarget } from './copy-end.ts';
import { CopyTargetError } from './copy-errors.ts';
import { type CopiedIdentity, readCopiedIdentity } from './copy-identity.ts';
import { beginCopy, newestGuard, readUnfinished, sql, type UnfinishedCopy } from './unfinished-copy.ts';
import { UNFINISHED_TABLE } from './unfinished-table.ts';

/** What the target is to become. */
export interface PrepareOptions {
  readonly source: CopiedIdentity;
  readonly environment: Environment;
  readonly now: () => number;
}

/** Where there is always one row, also in an empty database. */
const NEVER_EMPTY = new Set(['_usage_horizon']);

/**
 * Makes an empty database an unfinished copy, or finds that it is one already.
 *
 * @throws {CopyTargetError} it is anything else; it is left as it is
 */
export async function prepareTarget(
  target: CopyTarget,
  { source, environment, now }: PrepareOptions,
): Promise<UnfinishedCopy> {
  const objects = await target.objects();
  if (objects.includes(UNFINISHED_TABLE)) return await goOn(target, source);
  await requireEmpty(target, objects, source);
  await target.migrate({ environment, now });
  return await target.together(async () => {
    await requireEmpty(target, await target.objects(), source); // nobody has put anything in meanwhile
    return await beginCopy(target, source.instanceId, now());
  });
}

async function goOn(target: CopyTarget, source: CopiedIdentity): Promise<UnfinishedCopy> {
  const unfinished = await readUnfinished(target);
  if (unfinished?.instanceId !== source.instanceId) {
    throw new CopyTargetError(target.name, 'it is the unfinished copy of another installation');
  }
  if (unfinished.migration !== newestGuard()) {
    throw new CopyTargetError(
      target.name,
      'its copy was begun by another version of Iron, with other tables',
      'Begin again in an empty database. Nothing was changed.',
    );
  }
  return unfinished;
}

async function requireEmpty(target: CopyTarget, objects: readonly string[], source: CopiedIdentity): Promise<void> {
  if (objects.length === 0) return;
  if (!objects.includes('_iron')) throw new CopyTargetError(target.name, "it holds tables that are not Iron's");
  if ((await readCopiedIdentity(target))?.instanceId === source.instanceId) {
    throw new CopyTargetError(
      target.name,
      'it is this installation already, and no unfinished copy of it',
      'To copy once more, name an empty database. Nothing was changed.',
    );
  }
  for (const { name } of COPIED_TABLES) {
    if (NEVER_EMPTY.has(name) || !objects.includes(name)) continue;
    const [row] = await target.query(sql(`SELECT '1' FROM ${name} LIMIT 1`));
    if (row) throw new CopyTargetError(target.name, `it is an installation of its own, with rows in ${name}`);
  }
}
