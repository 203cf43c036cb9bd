import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/** What changes which files there are, and where. */
const CHANGES = ['copyFileSync', 'linkSync', 'mkdtempSync', 'renameSync', 'rmSync', 'writeFileSync'] as const;

/** Makes this process kill itself right before its change of that number, counted from 1. */
export function killBeforeChange(number: number): void {
  let count = 0;
  const counted = CHANGES.map((name) => {
    const change = fs[name];
    const killOrChange = (...words: unknown[]): unknown => {
      count += 1;
      if (count === number) process.kill(process.pid, 'SIGKILL');
      return Reflect.apply(change, fs, words);
    };
    return [name, killOrChange];
  });
  Object.assign(fs, Object.fromEntries(counted));
  syncBuiltinESMExports();
}
