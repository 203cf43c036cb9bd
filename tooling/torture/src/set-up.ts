import { type IronDatabase, openDatabase } from '@iron/db';
import { LimitEnforcer } from '@iron/limits';
import { TokenStorage } from '@iron/tokens';
import { PriceStorage } from '@iron/usage';
import type { Caller } from './actors/actor.ts';
import type { Attempt } from './actors/attempt.ts';
import { LIMITS, maximaInput } from './actors/limits-of-users.ts';

/** What actors need of a database: a price, limits, and a token of each user, new ones every time. */
export async function setUp(url: string, attempt: Attempt, name: string): Promise<readonly [Caller, ...Caller[]]> {
  const database = await openDatabase(url);
  try {
    const prices = await PriceStorage.open(database);
    await prices.setPriceOverride({ provider: 'acme', model: 'large', input: '1', output: '2' });
    await makeLimits(database, attempt);
    const callers = await makeCallers(database, attempt, name);
    const [first, ...others] = callers;
    if (!first) throw new Error('There is no token to call with.');
    return [first, ...others];
  } finally {
    await database.close();
  }
}

async function makeLimits(database: IronDatabase, attempt: Attempt): Promise<void> {
  const limits = await LimitEnforcer.open(database);
  const present = new Set((await limits.listLimits()).items.map(({ userId }) => userId));
  for (const { userId, timeZone, maxima } of LIMITS.filter((limit) => !present.has(limit.userId))) {
    await attempt('limit.create', { userId, maxima }, async (id) => {
      const made = await limits.createLimit({ userId, timeZone, ...maximaInput(maxima), actor: { userId: id } });
      return { limitId: made.id };
    });
  }
}

async function makeCallers(database: IronDatabase, attempt: Attempt, name: string): Promise<Caller[]> {
  await using tokens = await TokenStorage.open(database);
  const callers: Caller[] = [];
  for (const { userId } of LIMITS) {
    const family = `${name}-${userId}`;
    const { answer } = await attempt('token.create', { family, secret: null }, async (id) => {
      const { secret, token } = await tokens.createToken({ userId, name: family, actor: { userId: id } });
      return { secret, tokenId: token.id };
    });
    if (answer) callers.push({ userId, ...answer });
  }
  return callers;
}
