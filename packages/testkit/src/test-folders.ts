import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { nameOfThisProcess, PROCESS_NAME } from '@iron/test-clones';

/** The owner in the name of an owned folder. */
export const OWNED_FOLDER = new RegExp(`^db-(${PROCESS_NAME})-[A-Za-z0-9]{6}$`);

/** A new folder of this process. Its name says so from its first moment: there is never one without an owner. */
export function makeOwnedFolder(root: string): string {
  return mkdtempSync(join(root, `db-${nameOfThisProcess()}-`));
}

/** A new folder that stays until a person removes it. */
export function makeKeptFolder(root: string): string {
  return mkdtempSync(join(root, `kept-${nameOfThisProcess()}-`));
}

/** Lets an owned folder stay until a person removes it; returns its new path. */
export function keepFolder(folder: string): string {
  const kept = join(dirname(folder), basename(folder).replace(/^db-/, 'kept-'));
  renameSync(folder, kept);
  return kept;
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
