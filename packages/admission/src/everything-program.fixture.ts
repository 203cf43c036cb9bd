import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { lifecycleOf, openForService } from '@iron/db';
import { LimitEnforcer } from '@iron/limits';
import { AgentStorage, AuditLog, ProviderKeyStorage, TokenStorage, UserStorage } from '@iron/tokens';
import { PriceStorage, UsageTracker } from '@iron/usage';
import { AdmissionController } from './admission-controller.ts';

// Issues secrets, uses every service with them, rightly and wrongly, and prints every answer, error and refusal, as a
// debugger, a log and a program would. The secrets themselves go to the parent process only.
const [, , path = ''] = process.argv;
const secrets: string[] = [process.env['IRON_MASTER_KEY'] ?? ''];

function show(value: unknown): void {
  const json = JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part));
  process.stdout.write(
    `${inspect(value, { depth: 20, showHidden: true, getters: true })}\n${String(value)}\n${json}\n`,
  );
  if (value instanceof Error) process.stderr.write(`${value.stack}\n`);
}

async function attempt(work: Promise<unknown>): Promise<void> {
  show(await work.catch((error: unknown) => error));
}

function newSecret(prefix: string): string {
  const secret = `${prefix}${randomBytes(24).toString('base64url')}`;
  secrets.push(secret);
  return secret;
}

const { database } = await openForService(`sqlite://${path}?mode=rwc`);
const tokens = await TokenStorage.open(database, { onRefused: show });
const users = await UserStorage.open(database);
const keys = await ProviderKeyStorage.open(database);
const agents = await AgentStorage.open(database);
const limits = await LimitEnforcer.open(database);
const usage = await UsageTracker.open(database, { tracePayloads: 'redacted' });
const prices = await PriceStorage.open(database);
const admissions = await AdmissionController.open(database, { onRefused: show });
const audit = await AuditLog.open(database);
for (const service of [database, tokens, users, keys, agents, limits, usage, prices, admissions, audit]) show(service);

const password = newSecret('Pass word ');
const actor = { userId: 'root', ipAddress: '127.0.0.1', userAgent: 'test' };
await attempt(users.createUser({ id: 'ada', username: 'ada', password, role: 'admin', actor }));
await attempt(users.verifyPassword({ username: 'ada', password }));
await attempt(users.verifyPassword({ username: 'ada', password: newSecret('Wrong pass ') }));
const { temporaryPassword, ...reset } = await users.resetPassword({ userId: 'ada', actor });
if (temporaryPassword === null) throw new Error('There is no temporary password.');
secrets.push(temporaryPassword);
show(reset);
await attempt(
  users.changePassword({ userId: 'ada', oldPassword: temporaryPassword, newPassword: newSecret('New pass ') }),
);

const { secret, ...made } = await tokens.createToken({ userId: 'ada', projectId: 'search', actor });
const { secret: rotated, ...rotation } = await tokens.rotateToken({ tokenId: made.token.id, overlapMs: 60_000, actor });
secrets.push(secret, rotated);
show(made);
show(rotation);

const providerKey = newSecret('sk-proj-');
await attempt(keys.addKey({ provider: 'openai', key: providerKey, userId: 'ada', actor }));
await attempt(keys.withKey({ keyId: 1 }, async (plain) => show(plain === providerKey)));
await attempt(keys.listKeys());
await attempt(keys.addKey({ provider: 'openai', key: providerKey, userId: 'ada', description: providerKey }));

await attempt(limits.createLimit({ userId: 'ada', maxRequestsPerMinute: 1, actor }));
const call = { provider: 'openai', model: 'gpt-4o', inputTokens: 10, maxOutputTokens: 10 };
const admission = await admissions.authorize({ ...call, token: secret });
show(admission);
await attempt(admission.settle({ inputTokens: 10, outputTokens: 1 }));
await attempt(admission.settle({ inputTokens: 10, outputTokens: 2 }));
for (const token of [rotated, `${secret}x`, providerKey]) await attempt(admissions.authorize({ ...call, token }));
await attempt(admissions.authorize(Object.assign({ ...call, token: rotated }, { [secret]: 1 })));
const used = { tokenId: made.token.id, provider: 'openai', model: 'gpt-4o', inputTokens: 1, outputTokens: 1 };
await attempt(usage.recordUsage(Object.assign(used, { [secret]: 1 })));
await attempt(
  usage.recordTrace({
    tokenId: made.token.id,
    provider: 'openai',
    model: 'gpt-4o',
    endpoint: `/v1/chat?key=${providerKey}`,
    requestPayload: { headers: { authorization: `Bearer ${rotated}` }, api_key: providerKey, password },
    responsePayload: `{"error":"Incorrect API key provided: ${providerKey}"}`,
    durationMs: 5,
  }),
);
await attempt(tokens.revokeToken({ tokenId: made.token.id, reason: `leaked: ${secret}`, actor }));
await attempt(tokens.revokeToken({ tokenId: made.token.id, reason: 'leaked', actor }));
await attempt(tokens.verifyToken(secret));
for (const list of [tokens.listTokens(), users.listUsers(), limits.listLimits(), usage.report(), usage.listTraces()]) {
  await attempt(list);
}
await attempt(usage.getTrace(1));
await attempt(audit.listEntries());
await attempt(limits.limitStates({ userId: 'ada' }));
await admissions.close();
await tokens.close();
show(await lifecycleOf({ kind: 'file', path, mode: 'rw' }).backup());
// The database stays open, so that its log lies beside it as under load.
process.send?.(secrets);
await new Promise(() => setInterval(() => undefined, 1_000));
