import { once } from 'node:events';
import { AdmissionController } from '@iron/admission';
import { createGateway } from './gateway.ts';
import { openAiUpstream } from './upstream.ts';

const {
  PORT = '8080',
  UPSTREAM_URL: url = 'https://api.openai.com/v1/chat/completions',
  UPSTREAM_KEY: key = '',
} = process.env;

await using admissions = await AdmissionController.fromConfig();
await using gateway = createGateway(admissions, openAiUpstream({ url, key })).listen(Number(PORT), '127.0.0.1');
await once(gateway, 'listening');
process.stdout.write(`${JSON.stringify(gateway.address())}\n`);
await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]); // calls under way are answered first
