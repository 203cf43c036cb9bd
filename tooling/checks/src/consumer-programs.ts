/** What a user of the published packages could write, with its types. Prints one JSON object. */
export const DATABASE_PROGRAM = `
import { applyAllMigrations, openSqliteDatabase, seedDatabase, type SqliteDatabase } from '@iron/db';
import { isIronError, type IronError } from '@iron/errors';

using database: SqliteDatabase = await openSqliteDatabase('sqlite:///./tokens.db?mode=rwc');
const { applied } = await applyAllMigrations(database);
await seedDatabase(database, { now: Date.now });
const users = database.connection.prepare('SELECT username FROM users ORDER BY username').pluck().all();

let refused: IronError | undefined;
try {
  await openSqliteDatabase('postgres://nowhere');
} catch (error) {
  if (isIronError(error)) refused = error;
}
console.log(JSON.stringify({ applied, users, refused: refused?.code }));
`;

/** A gateway's work without the gateway: each service opens the same file for itself. */
export const SERVICES_PROGRAM = `
import { AdmissionController } from '@iron/admission';
import { isIronError } from '@iron/errors';
import { LimitEnforcer } from '@iron/limits';
import { TokenStorage } from '@iron/tokens';
import { type ReportRow, UsageTracker } from '@iron/usage';

const url = 'sqlite:///./services.db?mode=rwc';
await using tokens = await TokenStorage.open(url);
await using limits = await LimitEnforcer.open(url);
await using usage = await UsageTracker.open(url);
await using admissions = await AdmissionController.open(url);

const { secret } = await tokens.createToken({ userId: 'alice', projectId: 'search' });
await limits.createLimit({ userId: 'alice', maxTokensPerDay: 100 });

const call = { token: secret, provider: 'openai', model: 'gpt-4o', inputTokens: 60, maxOutputTokens: 40 };
const admission = await admissions.authorize(call);
const refused = await admissions.authorize(call).catch((error: unknown) => (isIronError(error) ? error.code : error));
const { costNanos } = await admission.settle({ inputTokens: 60, outputTokens: 10 });

const lines: readonly ReportRow[] = (await usage.report({ groupBy: ['user'] })).items;
const used = lines.map(({ userId, totalTokens }) => [userId, Number(totalTokens)]);
console.log(JSON.stringify({ refused, costNanos, used }));
`;

/** Asks a server of its own for the paths on the command line, and prints the status of each answer. */
export const SERVER_PROGRAM = `
import { applyAllMigrations, openSqliteDatabase, seedDatabase } from '@iron/db';
import { type RunningServer, serve } from '@iron/server';

using database = await openSqliteDatabase('sqlite:///./server.db?mode=rwc');
await applyAllMigrations(database);
await seedDatabase(database);
const place = { host: '127.0.0.1', port: 0, environment: 'development', logLevel: 'silent' } as const;
const server: RunningServer = await serve(database, place);

const headers = { authorization: 'Bearer iron_dev_admin_token_001' };
const statusOf = async (path: string) => [path, (await fetch(server.url + path, { headers })).status];
console.log(JSON.stringify(await Promise.all(process.argv.slice(2).map(statusOf))));
await server.drain();
`;

export const TESTKIT_PROGRAM = `
import { createTestEnforcer, type TestEnforcer } from '@iron/testkit';

await using test: TestEnforcer = await createTestEnforcer({ seeded: true });
const { items: tokens } = await test.storage.listTokens();
const { items: limits } = await test.enforcer.listLimits();
console.log(JSON.stringify({ tokens: tokens.length, limits: limits.length }));
`;
