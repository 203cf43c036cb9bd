import { type IronDatabase, openDatabase } from '@iron/db';
import type { ChosenDatabase } from './choose-database.ts';

/** Opens a database that exists; the file of none is made. */
export async function openChosen(chosen: ChosenDatabase): Promise<IronDatabase> {
  if (chosen.kind === 'postgres') return await openDatabase(chosen.location);
  return await openDatabase({ kind: 'file', path: chosen.path, mode: chosen.mode === 'ro' ? 'ro' : 'rw' });
}
