import { openDatabase } from '../connection/open-database.ts';
import { parseDatabaseUrl } from '../connection/database-url.ts';
import { copyDatabase } from './copy-database.ts';

/** `copy-program <from> <to>`: says `<rows>` now and then, and `finished`. `hold <url>`: has it open, until it is killed. */
const [, , from = '', to = ''] = process.argv;
if (from === 'hold') {
  const database = await openDatabase(to);
  await database.reader.statement('SELECT 1 AS one').get();
  process.stdout.write('open\n');
  setInterval(() => undefined, 60_000);
} else {
  const report = await copyDatabase({
    from: parseDatabaseUrl(from, process.cwd()),
    to: parseDatabaseUrl(to, process.cwd()),
    environment: 'development',
    onProgress: ({ done }) => void process.stdout.write(`${done}\n`),
  });
  process.stdout.write(report.finished ? 'finished\n' : 'live\n');
}
