import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';

/** What changes which files there are, and where. */
const CHANGES = ['copyFileSync', 'linkSync', 'mkdtempSync', 'renameSync', 'rmSync', 'writeFileSync'] as const;

/**
 * Makes this process kill itself right before its change of that number, counted from 1. Where the folder is as it was
 * before the change that came last, nothing has come of that one, and of the two there is one to be killed before.
 */
export function killBeforeChange(number: number, folder: string): void {
  let count = 0;
  let before: string | undefined;
  beforeEveryChange(() => {
    const found = describeFolder(folder);
    if (found === before) return;
    before = found;
    count += 1;
    if (count === number) process.kill(process.pid, 'SIGKILL');
  });
}

/** What lies in a folder, and whether any of it is another than before. Nothing is opened: SQLite would lose its locks. */
function describeFolder(folder: string): string {
  const names = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
  return names.map((name) => `${name} ${describeEntry(join(folder, name))}`).join('\n');
}

function describeEntry(path: string): string {
  const { ino, size, mtimeNs } = fs.lstatSync(path, { bigint: true });
  return `${ino} ${size} ${mtimeNs}`;
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
