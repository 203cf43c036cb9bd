import { chmodSync, chownSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseLifecycle } from '@iron/db';
import { NOBODY } from '../actors/become-nobody.ts';
import type { Breakable } from '../faults.ts';
import { makeRunFolder, removeLeftRuns } from './left-runs.ts';
import { mountSmallDisk, type SmallDisk } from './small-disk.ts';

/** A database of the run. */
export interface Place {
  readonly url: string;
  readonly lifecycle: DatabaseLifecycle;
}

/** Where a run takes place, until the end of the `await using` block. */
export interface Stage extends Place, AsyncDisposable {
  readonly folders: Folders;
  readonly breakable: Breakable;
  /** Resolves when nobody is connected to the database, and nothing of those who were is still under way. */
  alone(): Promise<void>;
  /** The place of that name, for a database beside the tortured one. */
  another(name: string): Promise<Place & { remove(): Promise<void> }>;
  /** What lies beside the database that no document names. `building`: what a killed command may have left, too. */
  leftOver(allow: { readonly building: boolean }): Promise<string[]>;
}

/** The folders of a run, of which all belongs to an unprivileged user. */
export interface Folders extends Disposable {
  readonly root: string;
  /** For the database, or its backups; on a disk of its own where that can be. */
  readonly database: string;
  readonly disk: SmallDisk | undefined;
  readonly journals: string;
  readonly elsewhere: string;
}

const DISK_MEGABYTES = 192;

/** After removing what runs have left that were killed. */
export async function makeFolders(): Promise<Folders> {
  await removeLeftRuns();
  const root = makeRunFolder();
  const disk = mountSmallDisk(join(root, 'disk'), DISK_MEGABYTES);
  const [database = '', journals = '', elsewhere = ''] = ['disk/database', 'journals', 'elsewhere'].map((name) =>
    join(root, name),
  );
  chmodSync(root, 0o755);
  for (const folder of [database, journals, elsewhere]) {
    mkdirSync(folder, { mode: 0o700 });
    if (process.getuid?.() === 0) chownSync(folder, NOBODY, NOBODY);
  }
  const remove = () => {
    disk?.[Symbol.dispose]();
    rmSync(root, { recursive: true });
  };
  return { root, database, disk, journals, elsewhere, [Symbol.dispose]: remove };
}
