import { mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig, openFromConfig } from '@iron/db';
import { LimitEnforcer } from '@iron/limits';
import { testDatabase } from '@iron/test-database';
import { InvalidTokenError, TokenStorage } from '@iron/tokens';
import { expect, onTestFinished, test } from 'vitest';
import { AdmissionController } from './admission-controller.ts';
import { admissionDatabase } from './admission-database.fixture.ts';

const call = { provider: 'openai', model: 'gpt-4o', inputTokens: 10, maxOutputTokens: 10 };

function newUrl(): string {
  const folder = mkdtempDisposableSync(join(tmpdir(), 'iron-admission-'));
  onTestFinished(() => folder.remove());
  return `sqlite://${join(folder.path, 'iron.db')}?mode=rwc`;
}

const configOf = (url: string, environment: string) =>
  loadConfig({ environment: { IRON_ENV: environment, DATABASE_URL: url } });

test('a token of one configuration is let through by the services of the same one, whichever the database was made for', async () => {
  const url = newUrl();
  await (await openFromConfig(configOf(url, 'development'))).close();
  const config = configOf(url, 'test');
  await using tokens = await TokenStorage.fromConfigObject(config);
  await using limits = await LimitEnforcer.fromConfigObject(config);
  await using admissions = await AdmissionController.fromConfigObject(config);
  const { secret } = await tokens.createToken({ userId: 'ada' });
  await limits.createLimit({ userId: 'ada', maxTokensPerDay: 100 });

  await using admission = await admissions.authorize({ ...call, token: secret });
  expect(admission.held.tokens).toBe(20);
  expect(await limits.limitStates({ userId: 'ada' })).toMatchObject([{ held: 20 }]);
});

test('a token of another environment is not let through', async () => {
  await using database = await openFromConfig(configOf(newUrl(), 'development'));
  const tokens = await TokenStorage.open(database, { environment: 'test' });
  const { secret } = await tokens.createToken({ userId: 'ada' });
  const reasons: string[] = [];
  const onRefused = ({ reason }: { reason: string }) => void reasons.push(reason);
  const admissions = await AdmissionController.open(database, { onRefused });

  await expect(admissions.authorize({ ...call, token: secret })).rejects.toThrow(InvalidTokenError);
  expect(reasons).toEqual(['other_environment']);
});

test('who counts the calls that are let through hears of each one once, and of none that is refused', async () => {
  let admitted = 0;
  await using t = await admissionDatabase({ onAdmitted: () => void (admitted += 1) });
  await t.limits.createLimit({ userId: 'alice', maxRequestsPerMinute: 2 });
  const authorize = async (requestId: string) => await t.admissions.authorize({ ...call, token: t.token, requestId });

  for (const requestId of ['one', 'two', 'one']) await authorize(requestId);
  await expect(authorize('three')).rejects.toThrow('2 requests a minute');

  expect(admitted).toBe(2);
});

test('a call that is refused for what it says leaves no look at the prices behind, which could fail with nobody to hear of it', async () => {
  await using made = await testDatabase({ shared: true });
  const database = await made.openAnother();
  const admissions = await AdmissionController.open(database);
  await database.close();
  await expect(admissions.authorize({ ...call, token: '', inputTokens: -1 })).rejects.toThrow('authorize: inputTokens');
});
