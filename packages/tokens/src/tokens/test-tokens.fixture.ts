import type { Environment, IronDatabase } from '@iron/db';
import { testDatabase } from '@iron/test-database';
import { execute } from '../database-statements.fixture.ts';
import type { Refusal } from './token-verifier.ts';
import { TokenStorage } from './token-storage.ts';

export const TIME = 1_750_000_000_000;
export const MINUTE = 60_000;
export const DAY = 86_400_000;

/** A storage over a database of its own, with a clock that stands still until it is set. */
export interface TestTokens extends AsyncDisposable {
  readonly database: IronDatabase;
  readonly storage: TokenStorage;
  readonly clock: { at: number };
  /** Why tokens were refused, in order. */
  readonly refusals: Refusal[];
  /** The audit log: `who action what id`, in order. */
  readonly audited: () => Promise<string[]>;
  /** Puts an account in as another service would. */
  readonly addUser: (id: string) => Promise<void>;
}

const AUDITED = `
  SELECT coalesce(actor_user_id, '-') || ' ' || action || ' ' || entity_type || ' ' || entity_id AS entry
  FROM audit_log ORDER BY id`;

const ADD_USER = "INSERT INTO users (id, username, role, created_at) VALUES (?, ?, 'user', ?)";

export async function testTokens(environment: Environment = 'development'): Promise<TestTokens> {
  const made = await testDatabase();
  const { database } = made;
  await execute(database, `UPDATE _iron SET environment = '${environment}'`);
  const clock = { at: TIME };
  const refusals: Refusal[] = [];
  const storage = await TokenStorage.open(database, {
    now: () => clock.at,
    onRefused: (refusal) => void refusals.push(refusal),
  });
  return {
    database,
    storage,
    clock,
    refusals,
    audited: async () =>
      (await database.reader.statement<[], { entry: string }>(AUDITED).all()).map(({ entry }) => entry),
    addUser: async (id) => void (await database.reader.statement(ADD_USER).run(id, id, TIME)),
    async [Symbol.asyncDispose]() {
      await storage.close();
      await made[Symbol.asyncDispose]();
    },
  };
}
