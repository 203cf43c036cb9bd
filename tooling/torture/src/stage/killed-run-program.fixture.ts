import { Company } from '../actors/company.ts';
import { sqliteStage } from './sqlite-stage.ts';

/** `killed-run-program`: begins a run of two processes, prints its folder, and waits to be killed. */
const stage = await sqliteStage();
const company = new Company(stage, 1, 2);
await company.go([{ userId: 'ann', secret: '', tokenId: 1 }]);
process.stdout.write(`${stage.folders.root}\n`);
