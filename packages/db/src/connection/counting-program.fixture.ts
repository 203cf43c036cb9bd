import { readFileSync, writeFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { withLifecycleLock } from './lifecycle-lock.ts';

/** `counting-program <path> <times>`: adds one to the number in the file, which only a lock keeps from getting lost. */
const [, , path = '', times = '0'] = process.argv;
for (let time = 0; time < Number(times); time += 1) {
  await withLifecycleLock(path, 'maintain', 60_000, async () => {
    const count = Number(readFileSync(path, 'utf8'));
    await nextTurn();
    writeFileSync(path, String(count + 1));
  });
}
process.stdout.write('done\n');
