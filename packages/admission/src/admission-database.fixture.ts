import type { IronDatabase } from '@iron/db';
import { LimitEnforcer } from '@iron/limits';
import { testDatabase } from '@iron/test-database';
import { TokenStorage } from '@iron/tokens';
import { PriceStorage, UsageTracker } from '@iron/usage';
import { AdmissionController, type AdmissionOptions } from './admission-controller.ts';

export const NOON = Date.UTC(2026, 10, 22, 12, 0, 0);

/** Everything that a call passes through, over one database, and a clock that a test can move. */
export interface AdmissionDatabase extends AsyncDisposable {
  readonly database: IronDatabase;
  /** What other processes open it by, if it is shared with them. */
  readonly url: string;
  readonly admissions: AdmissionController;
  readonly tokens: TokenStorage;
  readonly limits: LimitEnforcer;
  readonly usage: UsageTracker;
  readonly clock: { now: number };
  /** Alice's token, in project `search`. */
  readonly token: string;
  readonly tokenId: number;
  /** How many rows a table has, and what they hold. */
  rows(table: string): Promise<unknown[]>;
}

/** A priced model: 1 USD a million tokens in, 2 USD out; so a token is 1,000 or 2,000 nano-dollars. */
export const MODEL = { provider: 'acme', model: 'large' } as const;

export async function admissionDatabase(
  options: AdmissionOptions = {},
  { shared = false } = {},
): Promise<AdmissionDatabase> {
  const made = await testDatabase({ shared });
  const { database, url } = made;
  const clock = { now: NOON };
  const now = () => clock.now;
  const prices = await PriceStorage.open(database, { now });
  await prices.setPriceOverride({ ...MODEL, input: '1', output: '2' });
  const tokens = await TokenStorage.open(database, { now });
  const { secret, token } = await tokens.createToken({ userId: 'alice', projectId: 'search', name: 'test' });
  return {
    database,
    url,
    admissions: await AdmissionController.open(database, { now, ...options }),
    tokens,
    limits: await LimitEnforcer.open(database, { now }),
    usage: await UsageTracker.open(database, { now }),
    clock,
    token: secret,
    tokenId: token.id,
    rows: async (table) => await database.reader.statement(`SELECT * FROM ${table} ORDER BY 1, 2`).all(),
    [Symbol.asyncDispose]: async () => await made[Symbol.asyncDispose](),
  };
}
