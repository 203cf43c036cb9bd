import { expect, test } from 'vitest';
import { refusalOf } from '../refusal.fixture.ts';
import { testTokens } from './test-tokens.fixture.ts';
import { generateToken } from './token-format.ts';

test('tokens that are verified at the same moment are each answered for themselves', async () => {
  await using tokens = await testTokens();
  const ofAda = await tokens.storage.createToken({ userId: 'ada' });
  const ofBen = await tokens.storage.createToken({ userId: 'ben' });
  const revoked = await tokens.storage.createToken({ userId: 'ada' });
  await tokens.storage.revokeToken({ tokenId: revoked.token.id });

  const answers = await Promise.all([
    tokens.storage.verifyToken(ofAda.secret),
    tokens.storage.verifyToken(ofBen.secret),
    tokens.storage.verifyToken(ofAda.secret),
    refusalOf(tokens.storage.verifyToken(revoked.secret)),
    refusalOf(tokens.storage.verifyToken(generateToken('development'))),
  ]);

  expect(answers).toMatchObject([
    { userId: 'ada' },
    { userId: 'ben' },
    { userId: 'ada' },
    { code: 'token.invalid' },
    { code: 'token.invalid' },
  ]);
});

test('a token that was revoked a moment ago is refused, whoever was verified just before', async () => {
  await using tokens = await testTokens();
  const { secret, token } = await tokens.storage.createToken({ userId: 'ada' });
  const before = tokens.storage.verifyToken(secret);
  expect(await before).toMatchObject({ tokenId: token.id });
  await tokens.storage.revokeToken({ tokenId: token.id });

  expect(await refusalOf(tokens.storage.verifyToken(secret))).toMatchObject({ code: 'token.invalid' });
});
