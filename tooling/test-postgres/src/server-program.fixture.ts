import { startPostgres } from './postgres-server.ts';

/** `server-program`: starts a server, prints where it is, and waits for its own end. */
const { url, directory, watchdogPid } = await startPostgres();
process.stdout.write(`${url} ${directory} ${watchdogPid}\n`);
setInterval(() => {}, 1_000);
