import { once } from 'node:events';
import { AdmissionController } from '@iron/admission';
import { loadConfig, openFromConfig } from '@iron/db';
import { LimitEnforcer } from '@iron/limits';
import { createGateway } from './gateway.ts';
import { listen } from './listen.ts';
import { openAiUpstream } from './upstream.ts';

const {
  PORT = '8080',
  UPSTREAM_URL: url = 'https://api.openai.com/v1/chat/completions',
  UPSTREAM_KEY: key = '',
} = process.env;
const MINUTE_MS = 60_000;

await using database = await openFromConfig(loadConfig());
await using admissions = await AdmissionController.open(database);
await using gateway = createGateway({ admissions, upstream: openAiUpstream({ url, key }) });

const limits = await LimitEnforcer.open(database);
const tidyUp = async () => void (await limits.sweep().catch(() => undefined)); // if it fails, the next one does it
setInterval(() => void tidyUp(), MINUTE_MS).unref();

process.stdout.write(`${await listen(gateway, Number(PORT))}\n`);
await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]); // calls under way are then answered first
