import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/** What changes which files there are, and where. */
const CHANGES = ['copyFileSync', 'linkSync', 'mkdtempSync', 'renameSync', 'rmSync', 'writeFileSync'] as const;

/** Makes this process kill itself right before its change of that number, counted from 1. */
export function killBeforeChange(number: number): void {
  let count = 0;
  beforeEveryChange(() => {
    count += 1;
    if (count === number) process.kill(process.pid, 'SIGKILL');
  });
}

/** Lets this process do something right before each of its changes. */
export function beforeEveryChange(act: () => void): void {
  const watched = CHANGES.map((name) => {
    const change = fs[name];
    const actAndChange = (...words: unknown[]): unknown => {
      act();
      return Reflect.apply(change, fs, words);
    };
    return [name, actAndChange];
  });
  Object.assign(fs, Object.fromEntries(watched));
  syncBuiltinESMExports();
}
