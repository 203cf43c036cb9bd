import { applyAllMigrations, type Environment, type IronDatabase, openSqliteDatabase } from '@iron/db';
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
  readonly audited: () => string[];
  /** Puts an account in as another service would. */
  readonly addUser: (id: string) => void;
}

export async function testTokens(environment: Environment = 'development'): Promise<TestTokens> {
  const database = await openSqliteDatabase('sqlite::memory:');
  await applyAllMigrations(database, { environment });
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
    audited: () =>
      database.connection
        .prepare<[], string>(
          `SELECT coalesce(actor_user_id, '-') || ' ' || action || ' ' || entity_type || ' ' || entity_id
           FROM audit_log ORDER BY id`,
        )
        .pluck()
        .all(),
    addUser: (id) =>
      void database.connection
        .prepare("INSERT INTO users (id, username, role, created_at) VALUES (?, ?, 'user', ?)")
        .run(id, id, TIME),
    async [Symbol.asyncDispose]() {
      await storage.close();
      database.close();
    },
  };
}
