import { mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkFileInWorker } from './check-file-in-worker.ts';

// Checks a file in a working folder that was removed, as a server's is when newer releases have come, and says how many
// users are in it.
const [, , path = ''] = process.argv;
{
  using folder = mkdtempDisposableSync(join(tmpdir(), 'iron-gone-'));
  process.chdir(folder.path);
  process.cwd(); // from here on Node remembers it
}
const { rows } = await checkFileInWorker(path);
process.stdout.write(`${rows['users']}\n`);
