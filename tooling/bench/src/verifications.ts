import { hash } from 'node:crypto';
import { openSqliteDatabase, workNow } from '@iron/db';
import { TokenStorage, tokenVerifier } from '@iron/tokens';
import { sprinter, takeTurns } from './contender.ts';
import { type Figures, ratioOf, spreadOf } from './figures.ts';
import { FIND_TOKEN } from './raw-statements.ts';
import type { Scale } from './scale.ts';
import type { ServedDatabase } from './served-database.ts';

const TOKENS_A_TURN = 1_000;

/** Verifying tokens, against their hash and the look-up alone. */
export async function measureVerifications(
  { path, secrets, calls }: ServedDatabase,
  { rounds, turns }: Scale['verifications'],
): Promise<Figures> {
  using database = await openSqliteDatabase({ kind: 'file', path, mode: 'rw' });
  await using verifier = await tokenVerifier(database);
  await using storage = await TokenStorage.open(database);
  const statement = database.connection.prepare<[string]>(FIND_TOKEN);
  const shown = Array.from({ length: TOKENS_A_TURN }, (_, number) => secrets[(number * 7) % secrets.length] ?? '');

  const byHand = sprinter('hash and look-up by hand', () => {
    for (const secret of shown) statement.get(hash('sha256', secret));
  });
  const verify = sprinter('tokenVerifier().verify()', () => {
    for (const secret of shown) workNow(verifier.verify(database.reader, secret));
  });
  const verifyToken = sprinter('TokenStorage.verifyToken()', async () => {
    for (const secret of shown) await storage.verifyToken(secret);
  });
  const all = [byHand, verify, verifyToken];
  for (let round = 0; round <= rounds; round += 1) await takeTurns(all, turns);
  for (const each of all) each.rounds.shift(); // the warm-up

  return {
    title: `${TOKENS_A_TURN} tokens of ${secrets.length} verified, among ${calls.toLocaleString('en')} calls; ${rounds} rounds`,
    durations: all.map((each) => spreadOf(each)),
    memory: [],
    ratios: [ratioOf(byHand, verify, { atLeast: 0.8 }), ratioOf(byHand, verifyToken, null)],
    notes: [],
  };
}
