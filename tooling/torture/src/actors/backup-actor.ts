import type { Actor } from './actor.ts';

const REST_MS = 2_000;

/** Makes backups while others write. The checker restores each of them elsewhere. */
export async function makeBackups(actor: Actor): Promise<void> {
  while (!actor.isOver()) {
    await actor.attempt('backup.make', {}, async () => ({ path: (await actor.lifecycle.backup()).path }));
    await actor.pause(REST_MS);
  }
}
