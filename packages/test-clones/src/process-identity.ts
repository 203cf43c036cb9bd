import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Only here do process numbers mean what they say: another machine, or another container, has processes of its own. */
const MACHINE = createHash('sha256').update(`${hostname()} ${processSpace()}`).digest('hex').slice(0, 8);

/** Stands for the start where the system does not tell it. */
const UNKNOWN_START = 0;

/**
 * This process, so named that none that gets its number later is taken for it: `1f3870be_4711_8912345`. Fits the name
 * of a directory and of a database.
 */
export function nameOfThisProcess(): string {
  return `${MACHINE}_${process.pid}_${startOf(process.pid) ?? UNKNOWN_START}`;
}

/** What {@link nameOfThisProcess} makes, in a longer name. */
export const PROCESS_NAME = String.raw`[0-9a-f]{8}_\d+_\d+`;

const NAME = new RegExp(`^${PROCESS_NAME}$`);

/** Whether a process of that name ran where this one runs: of others nobody here knows what became of them. */
export function isOfThisMachine(name: string): boolean {
  return NAME.test(name) && name.startsWith(`${MACHINE}_`);
}

/** Whether the process of that name has ended. Of one on another machine, or of what names none, nobody knows. */
export function hasEnded(name: string): boolean {
  if (!isOfThisMachine(name)) return false;
  const [, pid, start] = name.split('_').map(Number);
  if (pid === undefined || start === UNKNOWN_START) return !takesSignals(pid ?? 0);
  return startOf(pid) !== start;
}

/** What the process was started with; `undefined`: there is none. */
export function commandOf(pid: number): string | undefined {
  return process.platform === 'linux' ? readProcess(pid, 'cmdline') : askForProcess(pid, 'args');
}

/** A number that two processes of the same number do not share; `undefined`: there is no such process, or a dead one. */
function startOf(pid: number): number | undefined {
  if (process.platform !== 'linux') {
    const started = askForProcess(pid, 'lstart');
    return started === undefined ? undefined : Date.parse(started) / 1000;
  }
  // The second field is the program's name in brackets, and may itself hold spaces and brackets.
  const fields = readProcess(pid, 'stat')?.split(') ').at(-1)?.split(' ');
  return fields === undefined || fields[0] === 'Z' || fields[0] === 'X' ? undefined : Number(fields[19]);
}

function takesSignals(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function readProcess(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined;
  }
}

function askForProcess(pid: number, column: string): string | undefined {
  try {
    return execFileSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return undefined;
  }
}

function processSpace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}
