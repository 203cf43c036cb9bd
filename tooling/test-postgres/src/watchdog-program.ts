import { removeServerDirectory } from './server-directory.ts';

/**
 * `watchdog-program <directory>`: waits for the end of what it reads, which comes when the process that started it
 * ends in any way, and then ends the server whose directory that is, and removes it.
 */
const directory = process.argv[2];
if (directory === undefined) throw new Error('Which directory?');

await new Promise((resolve) => {
  process.stdin.on('close', resolve).resume();
});
await removeServerDirectory(directory);
