import { readMigrations } from '@iron/db';
import { sweepLeftovers } from './sweep-leftovers.ts';
import { loadTemplate, seedTemplate } from './template.ts';

/** The minute by the clock of the test, which it may have set. */
export function startOfMinute(): number {
  return Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
}

/** Taken before a test can set the clock. */
const STARTED_AT = Date.now();

const MINUTE_MS = 60_000;

/**
 * The bytes of the database that a test starts with: migrated, and if asked for seeded. The seed counts its days back
 * from when it is put in, so it is put in again every minute: at the minute's start, never after the clock's now.
 */
export async function testImage(root: string, options: { readonly seeded: boolean }): Promise<Uint8Array> {
  if (!options.seeded) return await template(root);
  const minute = startOfMinute();
  return await remember('seeded', `${root} ${minute}`, async () => seedTemplate(root, await template(root), minute));
}

async function template(root: string): Promise<Uint8Array> {
  return await remember('migrated', root, async () => {
    sweepLeftovers(root, STARTED_AT);
    return await loadTemplate(root, readMigrations());
  });
}

const images = new Map<'migrated' | 'seeded', { readonly key: string; readonly bytes: Promise<Uint8Array> }>();

/** The latest image of a kind, made again when its key is another one or when making it failed. */
async function remember(
  kind: 'migrated' | 'seeded',
  key: string,
  make: () => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const known = images.get(kind);
  const bytes = known?.key === key ? known.bytes : make();
  images.set(kind, { key, bytes });
  try {
    return await bytes;
  } catch (error) {
    images.delete(kind);
    throw error;
  }
}
