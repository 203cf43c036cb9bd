import { openDatabase, wait } from '@iron/db';
import type { Engine, Phase } from './plan.ts';
import { torture } from './run-torture.ts';
import type { Stage } from './stage/stage.ts';
import { violationText } from './violation-text.ts';
import { aWish } from './wish.fixture.ts';

const LAST_USAGE = '(SELECT max(id) FROM token_usage WHERE request_id IS NOT NULL)';
const LAST_IMPORT = `(SELECT max(id) FROM _price_books WHERE source = 'litellm')`;

/** What is changed behind the back of the checker, and what it says about it. */
const CHANGES = [
  [`DELETE FROM token_usage WHERE id = ${LAST_USAGE}`, 'The usage of request .* was acknowledged and is not there'],
  [`UPDATE token_usage SET input_tokens = 0 WHERE id = ${LAST_USAGE}`, 'has other numbers than were acknowledged'],
  ['UPDATE api_tokens SET is_active = 0, revoked_at = created_at', 'Token .* is not as it was acknowledged to be'],
  [`UPDATE _holds SET state = 'held', ended_at = NULL WHERE state = 'settled'`, 'is held, and can only be settled'],
  ['UPDATE usage_limits SET max_requests_per_minute = 777777', 'Limit .* is not as it was acknowledged to be'],
  [`DELETE FROM _price_books WHERE id = ${LAST_IMPORT}`, 'Price book .* was acknowledged and is not there'],
] as const;

/** Whether there is something to change of each kind. */
const IS_ENOUGH = `SELECT
  (SELECT count(*) FROM token_usage WHERE request_id IS NOT NULL) >= 2
  AND EXISTS (SELECT 1 FROM _holds WHERE state = 'settled')
  AND ${LAST_IMPORT} IS NOT NULL AS is_enough`;

/** Longer than it takes anywhere until there is something to change: the run ends with what is found. */
const SECONDS = 60;

/** Tortures a database that is changed behind the back of the checker in one phase, and says which changes it found. */
export async function plantChanges(engine: Engine) {
  const wish = { ...aWish(engine, ({ fault }) => fault === null, 3), seconds: SECONDS };
  let plantedIn: number | undefined;
  const beforeCheck = async (stage: Stage, { number }: Phase) => {
    if (await changeEverything(stage)) plantedIn ??= number;
  };
  const { phases, violations } = await torture(wish, { beforeCheck });
  if (plantedIn === undefined) throw new Error(`Within ${SECONDS} s there was nothing to change (seed ${wish.seed}).`);
  const text = violations.map(violationText).join('\n');
  const all = CHANGES.map(([, says]) => says);
  const found = all.filter((says) => new RegExp(`${says}.*\\n  journal: `).test(text));
  return { seed: wish.seed, phases, plantedIn, found, all };
}

/** @returns whether there was something to change of each kind */
async function changeEverything({ url }: Stage): Promise<boolean> {
  await using database = await openDatabase(url);
  const enough = await database.reader.statement<[], { is_enough: number | boolean }>(IS_ENOUGH).get();
  if (!enough?.is_enough) return false;
  for (const [sql] of CHANGES) await database.write((tx) => wait(tx.statement(sql).run()));
  return true;
}
