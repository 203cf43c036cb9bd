import { setTimeout } from 'node:timers/promises';
import { type LifecycleLockMode, withLifecycleLock } from './lifecycle-lock.ts';

const MODES: readonly LifecycleLockMode[] = ['open', 'maintain', 'replace'];

/** `lock-program <mode> <path>`: takes the lock, says so, and keeps it. */
const [, , wanted, path = ''] = process.argv;
const mode = MODES.find((candidate) => candidate === wanted);
if (mode) {
  await withLifecycleLock(path, mode, 0, async () => {
    process.stdout.write('held\n');
    await setTimeout(3_600_000);
  });
}
