import { createTestDb } from './create-test-db.ts';

// Holds two test databases, prints their folders, and waits.
delete process.env['IRON_KEEP_TEST_DB']; // whoever runs the tests wants to keep theirs, not these
const databases = [await createTestDb(), await createTestDb({ seeded: true })];
for (const { db } of databases) db.connection.exec("INSERT INTO agents (name, created_at) VALUES ('gateway', 1e12)");
for (const { folder } of databases) process.stdout.write(`${folder}\n`);
setInterval(() => databases.length, 1_000); // what nobody refers to any more would be closed
