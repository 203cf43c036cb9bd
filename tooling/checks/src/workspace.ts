import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
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

/** The files of the workspace as they lie on disk, without any installed package: what a fresh clone holds. */
export function copySources(): TemporaryFolder {
  return copyWithout((source) => basename(source) === 'node_modules');
}

/**
 * The workspace as it lies on disk, with the same configuration and the same installed packages.
 *
 * The links in each node_modules are relative: copied as they are they lead to the copied packages, and through the one
 * link to the store to the installed ones. (pnpm starts nothing where node_modules itself is a link.) The peers that a
 * benchmark has installed are thousands of files, and nobody needs them there.
 */
export function copyWorkspace(): TemporaryFolder {
  const store = join(WORKSPACE, 'node_modules/.pnpm');
  const folder = copyWithout(
    (source) => source === store || /node_modules\/\.(cache|vite|pnpm-task)|\/peers\/node_modules$/.test(source),
  );
  symlinkSync(store, join(folder.path, 'node_modules/.pnpm'));
  return folder;
}

function copyWithout(leftOut: (source: string) => boolean): TemporaryFolder {
  const folder = temporaryFolder('workspace');
  cpSync(WORKSPACE, folder.path, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (source) => !LEFT_OUT.has(basename(source)) && !/\.db(-\w+)?$/.test(source) && !leftOut(source),
  });
  return folder;
}
