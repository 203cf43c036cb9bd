import { accessSync, constants } from 'node:fs';

/** Whether this process may write to the file. */
export function isWritable(path: string): boolean {
  return mayAccess(path, constants.W_OK);
}

/** Whether this process may read the file. */
export function isReadable(path: string): boolean {
  return mayAccess(path, constants.R_OK);
}

function mayAccess(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
