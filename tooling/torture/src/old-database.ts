import { randomBytes, hash } from 'node:crypto';
import { chmodSync } from 'node:fs';
import { dirname } from 'node:path';
import { applyAllMigrations, openDatabase, readMigrations, wait } from '@iron/db';
import type { Attempt } from './actors/attempt.ts';
import type { Engine } from './plan.ts';
import type { Place } from './stage/stage.ts';

const LONG_AGO = 1_750_000_000_000;
const TOKENS = 20;
const CALLS = 10;

const ADD_TOKEN = `INSERT INTO api_tokens (id, token_hash, user_id, name, created_at) VALUES (?, ?, 'ann', ?, ${LONG_AGO})`;
const ADD_USAGE = `INSERT INTO token_usage
  (token_id, request_id, provider, model, input_tokens, output_tokens, total_tokens, recorded_at)
  VALUES (?, ?, 'acme', 'large', ?, ?, ?, ?)`;

/**
 * Makes a database as an older Iron left it, with tokens that were used, and backs it up.
 *
 * @param count how many migrations it has
 * @returns the path of its backup
 */
export async function makeOld(place: Place, engine: Engine, count: number, attempt: Attempt): Promise<string> {
  const database = await openDatabase(place.url);
  try {
    const migrations = readMigrations(engine).slice(0, count);
    await applyAllMigrations(database, { migrations, now: () => LONG_AGO });
    for (let tokenId = 1; tokenId <= TOKENS; tokenId += 1) {
      const secret = `imported-${randomBytes(16).toString('hex')}`;
      const family = `old-${tokenId}`;
      await attempt('token.create', { family, secret }, async () => {
        await database.write((tx) => wait(tx.statement(ADD_TOKEN).run(tokenId, hash('sha256', secret), family)));
        return { tokenId, secret };
      });
      for (let call = 1; call <= CALLS; call += 1) {
        const wanted = { requestId: `${family}-${call}`, tokenId, inputTokens: call, outputTokens: tokenId };
        await attempt('usage.record', wanted, async () => {
          const values = [tokenId, wanted.requestId, call, tokenId, call + tokenId, LONG_AGO + call];
          await database.write((tx) => wait(tx.statement(ADD_USAGE).run(...values)));
          return { recorded: true, costNanos: null };
        });
      }
    }
  } finally {
    await database.close();
  }
  const { path } = await place.lifecycle.backup();
  for (const readable of [dirname(path), path, `${path}.json`]) chmodSync(readable, 0o755);
  return path;
}
