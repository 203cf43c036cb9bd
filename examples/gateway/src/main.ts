import { once } from 'node:events';
import { AdmissionController } from '@iron/admission';
import { createGateway } from './gateway.ts';
import { listen } from './listen.ts';
import { openAiUpstream } from './upstream.ts';

const {
  PORT = '8080',
  UPSTREAM_URL: url = 'https://api.openai.com/v1/chat/completions',
  UPSTREAM_KEY: key = '',
} = process.env;

await using admissions = await AdmissionController.fromConfig();
await using gateway = createGateway({ admissions, upstream: openAiUpstream({ url, key }) });
process.stdout.write(`${await listen(gateway, Number(PORT))}\n`);
await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]); // calls under way are then answered first
