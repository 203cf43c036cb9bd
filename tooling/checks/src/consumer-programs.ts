/** What a user of the published packages could write, with its types. Prints one JSON object. */
export const DATABASE_PROGRAM = `
import { applyAllMigrations, openDatabase, seedDatabase, type IronDatabase } from '@iron/db';
import { isIronError, type IronError } from '@iron/errors';

using database: IronDatabase = await openDatabase('sqlite:///./tokens.db?mode=rwc');
const { applied } = await applyAllMigrations(database);
seedDatabase(database, { now: Date.now });
const users = database.connection.prepare('SELECT username FROM users ORDER BY username').pluck().all();

let refused: IronError | undefined;
try {
  await openDatabase('postgres://nowhere');
} catch (error) {
  if (isIronError(error)) refused = error;
}
console.log(JSON.stringify({ applied, users, refused: refused?.code }));
`;

export const TESTKIT_PROGRAM = `
import { createTestDb } from '@iron/testkit';

await using test = await createTestDb({ seeded: true });
console.log(JSON.stringify(test.db.connection.prepare('SELECT count(*) AS tokens FROM api_tokens').get()));
`;
