import { openDatabase } from '@iron/db';

/** Whether a database of any schema has a token of that name. */
export async function hasToken(url: string, name: string): Promise<boolean> {
  const database = await openDatabase(url);
  try {
    const named = 'SELECT id FROM api_tokens WHERE name = ?';
    return (await database.reader.statement<[string]>(named).get(name)) !== undefined;
  } finally {
    await database.close();
  }
}
