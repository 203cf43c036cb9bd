import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { hasEnded, isOfThisMachine } from '@iron/test-clones';
import { TEMPLATE_FILE } from './template.ts';
import { OWNED_FOLDER, removeFolder } from './test-folders.ts';

/** For how long a template stays, which is made again if it is still in use, and a folder whose owner is out of sight. */
const KEEP_MS = 3 * 86_400_000;

/**
 * Removes what killed processes left in the private folder, and old templates. Whatever has another name than testkit
 * gives, or an owner that lives, stays. Others may be sweeping as well.
 */
export function sweepLeftovers(root: string, now: number): void {
  for (const name of readdirSync(root)) {
    const path = join(root, name);
    if (isLeftover(name, path, now)) removeUnlessGone(path);
  }
}

function isLeftover(name: string, path: string, now: number): boolean {
  const owner = OWNED_FOLDER.exec(name)?.[1];
  if (owner !== undefined) return isOfThisMachine(owner) ? hasEnded(owner) : !isRecent(path, now);
  return TEMPLATE_FILE.test(name) && !isRecent(path, now);
}

function isRecent(path: string, now: number): boolean {
  const changedAt = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return changedAt === undefined || now - changedAt < KEEP_MS;
}

/** A leftover that resists is no reason for a test to fail; the next start tries again. */
function removeUnlessGone(path: string): void {
  try {
    removeFolder(path);
  } catch {
    return;
  }
}
