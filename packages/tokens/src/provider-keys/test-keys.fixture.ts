import { type IronDatabase, schema } from '@iron/db';
import { testDatabase } from '@iron/test-database';
import { asc, eq } from '@iron/db/drizzle';
import { MasterKey } from './master-key.ts';
import { ProviderKeyStorage } from './provider-key-storage.ts';

/** 2026-03-01, noon. */
export const NOON = 1_772_366_400_000;
export const OPENAI_KEY = 'sk-proj-4f9c1b7d20e84a53a6c0WXYZ';
export const MASTER_KEY = MasterKey.fromBase64(Buffer.alloc(32, 1).toString('base64'));
export const OTHER_MASTER_KEY = MasterKey.fromBase64(Buffer.alloc(32, 2).toString('base64'));
export const ADA = { userId: 'ada' };

/** A storage of the test's own over an open database, with a clock that stands still until it is moved. */
export interface TestKeys extends AsyncDisposable {
  readonly keys: ProviderKeyStorage;
  readonly database: IronDatabase;
  readonly clock: { time: number };
}

export async function testKeys(): Promise<TestKeys> {
  const made = await testDatabase();
  const { database } = made;
  const clock = { time: NOON };
  const keys = await ProviderKeyStorage.open(database, { masterKey: MASTER_KEY, now: () => clock.time });
  const dispose = async () => {
    await keys.close();
    await made[Symbol.asyncDispose]();
  };
  return { keys, database, clock, [Symbol.asyncDispose]: dispose };
}

/** What the log says of provider keys, without its chain. */
export async function logOf({ database }: TestKeys) {
  const { auditLog } = schema;
  const rows = await database.reader
    .select({ id: auditLog.entityId, action: auditLog.action, by: auditLog.actorUserId, changes: auditLog.changes })
    .from(auditLog)
    .where(eq(auditLog.entityType, 'provider_key'))
    .orderBy(asc(auditLog.id));
  return rows.map(({ changes, ...row }) => ({ ...row, changes: JSON.parse(changes ?? 'null') as unknown }));
}

/** The cipher texts, as hexadecimal. */
export async function storedKeys({ database }: TestKeys): Promise<string[]> {
  const inOrder = 'SELECT encrypted_api_key AS sealed FROM ai_provider_keys ORDER BY id';
  const rows = await database.reader.statement<[], { sealed: Buffer }>(inOrder).all();
  return rows.map(({ sealed }) => sealed.toString('hex'));
}

/** Puts a key of ada's at OpenAI into the first row as the versions did that bound it to no address. */
export async function sealWithoutAddress({ reader }: IronDatabase, key: string): Promise<void> {
  const context = JSON.stringify(['iron provider key', 1, 'openai', 'ada', MASTER_KEY.id]);
  const { sealed, nonce } = MASTER_KEY.seal(key, context);
  await reader
    .statement<[Buffer, Buffer]>('UPDATE ai_provider_keys SET encrypted_api_key = ?, encryption_nonce = ? WHERE id = 1')
    .run(sealed, nonce);
}
