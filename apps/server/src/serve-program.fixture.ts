import { loadConfig } from '@iron/db';
import { readMasterKey } from '@iron/tokens';
import { runServer } from './run-server.ts';

// Serves the database that the configuration of its folder and its environment describe, as `iron serve` does.
await runServer({
  config: loadConfig(),
  masterKey: readMasterKey(),
  onListening: ({ url }) => void process.stdout.write(`${url}\n`),
});
