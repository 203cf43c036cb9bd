import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Package } from './package-graph.ts';
import { type Manifest, readManifest, WORKSPACE } from './workspace.ts';

const STORE = join(WORKSPACE, 'node_modules/.pnpm');

let folders: readonly string[] | undefined;

/** Where a package from the registry is installed; nowhere, when it is for another platform than this one. */
export function installedFolder({ id, name }: Package): string | undefined {
  folders ??= readdirSync(STORE);
  const stored = id.replace('/', '+');
  const folder = folders.find((each) => each === stored || each.startsWith(`${stored}_`)); // peers follow
  return folder === undefined ? undefined : join(STORE, folder, 'node_modules', name);
}

/** The `package.json` of an installed package. */
export function installedManifest(each: Package): Manifest | undefined {
  const folder = installedFolder(each);
  return folder === undefined ? undefined : readManifest(folder);
}

/** The scripts that the installation of a package would run, if it may. A `binding.gyp` is one, unless it says not. */
export function installScripts(folder: string): string[] {
  const { scripts, gypfile } = readManifest(folder);
  const named = ['preinstall', 'install', 'postinstall'].filter((name) => scripts[name] !== undefined);
  const compiles = gypfile !== false && existsSync(join(folder, 'binding.gyp'));
  return compiles ? [...named, 'node-gyp rebuild'] : named;
}
