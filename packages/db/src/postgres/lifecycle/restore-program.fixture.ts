import { parsePostgresUrl } from '../../connection/parse-postgres-url.ts';
import { restorePostgresDatabase } from './restore-postgres-database.ts';

/** Restores the last backup, in a process of its own that can be killed: `<url> <folder>`. Says when it begins. */
const [, , url = '', folder = '', from = 'last'] = process.argv;
process.stdout.write('begin\n');
await restorePostgresDatabase({
  location: parsePostgresUrl(url, process.cwd(), {}),
  folder,
  from,
  environment: 'development',
});
process.stdout.write('done\n');
