import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sqliteStage } from '../stage/sqlite-stage.ts';
import { Company } from './company.ts';

test('who is killed twice at once is replaced by one, and nobody is once all is over', async () => {
  await using stage = await sqliteStage();
  const company = new Company(stage, 1, 1);
  await company.go([{ userId: 'ann', secret: '', tokenId: 1 }]);

  await Promise.all([company.replace(0), company.replace(0)]);
  await Promise.all([company[Symbol.asyncDispose](), company.replace(0)]);

  expect(readdirSync(stage.folders.journals)).toHaveLength(2); // one for each that was started
});
