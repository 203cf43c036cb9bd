import { locationOf } from './migrations/postgres-migrations.fixture.ts';
import { countNotes } from './notes.fixture.ts';
import { openPostgresDatabase } from './open-postgres-database.ts';

/** `open-program <url>`: opens the database of notes, says how many there are, and has nothing more to do. */
const [, , url = ''] = process.argv;
const database = await openPostgresDatabase(locationOf(url));
const [count] = await Promise.all([database.read(countNotes), database.read(countNotes)]);
process.stdout.write(`${count} notes\n`);
