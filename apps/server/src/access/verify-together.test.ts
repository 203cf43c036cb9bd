import type { IronDatabase } from '@iron/db';
import { testDatabase } from '@iron/test-database';
import { TokenStorage, tokenVerifier } from '@iron/tokens';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyTogether } from './verify-together.ts';

const opened = new AsyncDisposableStack();
let database: IronDatabase;
let tokens: TokenStorage;
let lookUps = 0;

beforeAll(async () => {
  ({ database } = opened.use(await testDatabase({ shared: true })));
  tokens = opened.use(await TokenStorage.open(database));
});
afterAll(async () => await opened.disposeAsync());

async function verification() {
  lookUps = 0;
  const read: IronDatabase['read'] = (work) => {
    lookUps += 1;
    return database.read(work);
  };
  return verifyTogether({ read }, opened.use(await tokenVerifier(database)));
}

test('a token that many requests show at once is looked up once, and by the next of them anew', async () => {
  const verify = await verification();
  const [one, other] = [await tokens.createToken({ userId: 'ada' }), await tokens.createToken({ userId: 'bob' })];

  const shown = [...Array.from({ length: 20 }, () => one), other];
  const verified = await Promise.all(shown.map(async ({ secret }) => await verify(secret)));

  expect(verified.map(({ token }) => token?.userId)).toEqual([...Array.from({ length: 20 }, () => 'ada'), 'bob']);
  expect(lookUps).toBe(2);
  await verify(one.secret);
  expect(lookUps).toBe(3);
});

test('a token is looked up after the last request of that moment, and anew for who asks meanwhile', async () => {
  const { secret } = await tokens.createToken({ userId: 'ada' });
  const course: string[] = [];
  let meanwhile: Promise<unknown> | undefined;
  const read: IronDatabase['read'] = async (work) => {
    course.push('looked up');
    meanwhile ??= verify(secret);
    return await database.read(work);
  };
  const verify = verifyTogether({ read }, opened.use(await tokenVerifier(database)));

  const asked = [1, 2].map(async () => {
    course.push('asked');
    await verify(secret);
  });
  await Promise.all(asked);
  await meanwhile;

  expect(course).toEqual(['asked', 'asked', 'looked up', 'looked up']);
});

test('a look-up that fails fails for those who asked for it, and for nobody after them', async () => {
  let isBroken = true;
  const read: IronDatabase['read'] = async (work) => {
    if (isBroken) throw new Error('the disk is gone');
    return await database.read(work);
  };
  const verify = verifyTogether({ read }, opened.use(await tokenVerifier(database)));
  const { secret } = await tokens.createToken({ userId: 'ada' });

  const asked = await Promise.allSettled([verify(secret), verify(secret)]);
  isBroken = false;

  expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect((await verify(secret)).token?.userId).toBe('ada');
});
