import type { DatabaseLifecycle } from '@iron/db';
import type { Actor } from './actor.ts';
import type { Attempt } from './attempt.ts';

const REST_MS = 2_000;

/** How many backups there are room for. */
const KEPT = 6;

/** Makes backups while others write, and drops old ones. The checker restores each of them elsewhere. */
export async function makeBackups(actor: Actor): Promise<void> {
  while (!actor.isOver()) {
    await actor.attempt('backup.make', {}, async () => ({ path: (await actor.lifecycle.backup()).path }));
    if (actor.random.happens(0.3)) await pruneBackups(actor.attempt, actor.lifecycle);
    await actor.pause(REST_MS);
  }
}

/** Drops all but the {@link KEPT} newest. */
export async function pruneBackups(attempt: Attempt, lifecycle: DatabaseLifecycle): Promise<void> {
  await attempt('backup.prune', { keep: KEPT }, async () => {
    const { deleted } = await lifecycle.prune({ keep: KEPT });
    return { deleted: deleted.map(({ path }) => path) };
  });
}
