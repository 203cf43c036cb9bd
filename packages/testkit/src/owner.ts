import { hash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * Names a process in letters that fit into a file name: its number, the moment it started, and the place in which the
 * number means it. Numbers are given again to later processes, and in another container they mean others.
 */
export const OWNER_PATTERN = String.raw`(\d+)-(\d+)-([0-9a-f]{8})`;

/** Stands for the start where the system does not tell it. */
const UNKNOWN_START = '0';

const place = hash('sha256', `${hostname()} ${processNamespace()}`).slice(0, 8);
const ownName = `${process.pid}-${startOf(process.pid) ?? UNKNOWN_START}-${place}`;

/** The name of this process. */
export function nameOwnProcess(): string {
  return ownName;
}

/** Whether the process of that name is alive; `undefined` when it ran where this process cannot look. */
export function isAlive(name: string): boolean | undefined {
  const [, pid, start, itsPlace] = new RegExp(`^${OWNER_PATTERN}$`).exec(name) ?? [];
  if (itsPlace !== place) return undefined;
  if (start === UNKNOWN_START) return takesSignals(Number(pid));
  return startOf(Number(pid)) === start;
}

/** When a process started, in ticks since the machine did; `undefined` when there is no such process, or no /proc. */
function startOf(pid: number): string | undefined {
  const text = readIfThere(`/proc/${pid}/stat`);
  // The second field, the command in parentheses, may hold anything. The third is the state, the 22nd the start.
  const [state, ...fields] = text?.slice(text.lastIndexOf(')') + 2).split(' ') ?? [];
  const isGone = state === 'Z' || state === 'X'; // killed, and its parent has not taken note
  return isGone ? undefined : fields[18];
}

function takesSignals(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function processNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
