import type { CopyTarget } from './copy-end.ts';
import { CopyDiffersError } from './copy-errors.ts';
import { type CopiedIdentity, readCopiedIdentity, writeCopiedIdentity } from './copy-identity.ts';
import type { UnfinishedCopy } from './unfinished-copy.ts';
import { UNFINISHED_TABLE } from './unfinished-table.ts';

/**
 * Makes an unfinished copy the installation that it is a copy of, in one transaction: what reacts to new rows is back,
 * the tables are those of the migrations, and the mark is gone.
 *
 * @returns the environment that it is for
 * @throws {CopyDiffersError} something is not as it has to be, and the copy stays unfinished
 */
export async function finishCopy(
  target: CopyTarget,
  unfinished: UnfinishedCopy,
  source: CopiedIdentity,
  isProduction: boolean,
): Promise<string> {
  const environment = await target.together(async () => {
    for (const statement of unfinished.restore) await target.execute(statement);
    await target.execute(`DROP TABLE ${UNFINISHED_TABLE}`);
    // Once a database of production, always one: also an empty one that was made for it.
    const isForProduction = isProduction || (await readCopiedIdentity(target))?.environment === 'production';
    const identity = isForProduction ? { ...source, environment: 'production' } : source;
    await writeCopiedIdentity(target, identity);
    await target.settle(isForProduction);
    const problems = await target.findProblems(unfinished.structure);
    if (problems.length > 0) throw new CopyDiffersError(target.name, problems);
    return identity.environment;
  });
  await target.tune();
  return environment;
}
