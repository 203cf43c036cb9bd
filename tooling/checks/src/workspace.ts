import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const WORKSPACE = fileURLToPath(new URL('../../../', import.meta.url));

const LEFT_OUT = new Set(['.git', '.turbo', 'dist', 'backups', 'data']);

export interface TemporaryFolder extends Disposable {
  readonly path: string;
}

/** An empty folder outside the workspace, gone at the end of the `using` block. */
export function temporaryFolder(purpose: string): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), `iron-${purpose}-`));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/**
 * The workspace as it lies on disk, with the same configuration and the same installed packages.
 *
 * The links in each package's node_modules are relative: copied as they are they lead to the copied packages, and through
 * the one link at the top to the installed ones.
 */
export function copyWorkspace(): TemporaryFolder {
  const folder = temporaryFolder('workspace');
  const installed = join(WORKSPACE, 'node_modules');
  cpSync(WORKSPACE, folder.path, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (source) => source !== installed && !LEFT_OUT.has(basename(source)) && !/\.db(-\w+)?$/.test(source),
  });
  if (existsSync(installed)) symlinkSync(installed, join(folder.path, 'node_modules'));
  return folder;
}
