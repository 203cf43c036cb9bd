import { openDatabase } from '@iron/db';

/** The user without any rights beyond those of everybody. */
export const NOBODY = 65_534;

/** Goes on as that user; as who it is already, if that is not root. */
export async function becomeNobody(): Promise<void> {
  const database = await openDatabase('sqlite::memory:'); // loads the driver, which may lie where nobody else may look
  await database.close();
  if (process.getuid?.() !== 0) return;
  process.setgid?.(NOBODY);
  process.setuid?.(NOBODY);
}
