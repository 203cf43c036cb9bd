import { once } from 'node:events';
import { locationOf } from './migrations/postgres-migrations.fixture.ts';
import { countNotes } from './notes.fixture.ts';
import { openPostgresDatabase } from './open-postgres-database.ts';

/** `close-program <url>`: opens the database of notes, says `open`, waits for a line, closes it, and has nothing more to do. */
const [, , url = ''] = process.argv;
const database = await openPostgresDatabase(locationOf(url), { giveUpAfterMs: 120_000 });
await Promise.all([database.read(countNotes), database.read(countNotes)]);
process.stdout.write('open\n');
await once(process.stdin, 'data');
process.stdin.destroy();
await database.close();
process.stdout.write('closed\n');
