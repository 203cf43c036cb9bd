import { hash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Operation } from '../history/operation.ts';
import { begun, done, historyOf, looking, refused, saidBy } from './history.fixture.ts';
import type { TokenRow } from './look.ts';
import { checkTokens, secretsIn } from './token-rule.ts';

const ABOUT = { family: 'f' };
const NOW = 1_000;
const row = (id: number, about: Partial<TokenRow> = {}): TokenRow => ({
  id,
  name: 'f',
  tokenHash: hash('sha256', `secret${id}`),
  expiresAt: null,
  revokedAt: null,
  ...about,
});
const created = () => done('token.create', { ...ABOUT, secret: null }, { tokenId: 1, secret: 'secret1' });
const rotated = (expiresAt = 500) =>
  done('token.rotate', ABOUT, { tokenId: 2, secret: 'secret2', replacedExpiresAt: expiresAt });
const revoking = (place = 0) => begun('token.revoke', { ...ABOUT, place });
const revoked = (place = 0) => done('token.revoke', { ...ABOUT, place }, {});
const deleting = (place = 0) => begun('token.delete', { ...ABOUT, place, tokenId: place + 1 });
const deleted = (place = 0) => done('token.delete', { ...ABOUT, place, tokenId: place + 1 }, {});
const owned = () => done('user.create', ABOUT, {});
const ownerDeleted = () => done('user.delete', ABOUT, {});
const verifying = (now = NOW) => begun('token.verify', { ...ABOUT, place: 0, now });
const accepted = () => done('token.verify', { ...ABOUT, place: 0, now: NOW }, {});

function check(
  operations: readonly Operation[],
  tokens: readonly TokenRow[],
  works: readonly string[],
  owner?: 'active' | 'deleted',
): string[] {
  const owners = new Map(owner ? [['f', owner]] : []);
  const look = looking({ tokens, owners, askedAt: NOW, accepted: new Set(works) });
  return saidBy(checkTokens(historyOf(...operations), look));
}

test.each([
  ['that was made', [created(), accepted()], [row(1)], ['secret1']],
  ['that was revoked', [created(), revoked()], [row(1, { revokedAt: 5 })], []],
  ['that was perhaps revoked, and was', [created(), revoking()], [row(1, { revokedAt: 5 })], []],
  ['that was perhaps revoked, and was not', [created(), revoking()], [row(1)], ['secret1']],
  ['whose replacement works', [created(), rotated()], [row(1, { expiresAt: 500 }), row(2)], ['secret2']],
  [
    'that works beside its replacement',
    [created(), rotated(2_000)],
    [row(1, { expiresAt: 2_000 }), row(2)],
    ['secret1', 'secret2'],
  ],
  [
    'whose replacement nobody was told of',
    [created(), begun('token.rotate', ABOUT)],
    [row(1, { expiresAt: 9 }), row(7)],
    [],
  ],
  ['that was deleted', [created(), deleted()], [], []],
  ['that was perhaps deleted, and was', [created(), deleting()], [], []],
  ['that was perhaps deleted, and was not', [created(), deleting()], [row(1)], ['secret1']],
  ['whose replacement works when it is deleted', [created(), rotated(), deleted()], [row(2)], ['secret2']],
  ['that was perhaps made', [begun('token.create', { ...ABOUT, secret: null })], [], []],
])('accepts a token %s', (_, operations, tokens, works) => {
  expect(check(operations, tokens, works)).toEqual([]);
});

test.each([
  ['missing', [created()], [], []],
  ['not revoked', [created(), revoked()], [row(1)], ['secret1']],
  ['revoked', [created(), refused(revoking(), 'database.busy')], [row(1, { revokedAt: 5 })], []],
  ['not replaced', [created(), rotated()], [row(1)], ['secret1']],
  ['another secret', [created()], [row(1, { tokenHash: hash('sha256', 'other') })], []],
  ['deleted', [created(), revoked()], [], []],
  ['not deleted', [created(), deleted()], [row(1)], ['secret1']],
  ['nobody’s', [], [row(1)], []],
])('finds a token that is %s and should not be so', (_, operations, tokens, works) => {
  expect(check(operations, tokens, works)).toEqual(['Token f is not as it was acknowledged to be.']);
});

test('finds a token that is refused though its row says that it works, and one that is accepted though it does not', () => {
  expect(check([created()], [row(1)], [])).toEqual([expect.stringContaining('is refused')]);
  expect(check([created(), revoked()], [row(1, { revokedAt: 5 })], ['secret1'])).toEqual([
    expect.stringContaining('is accepted'),
  ]);
});

test('finds that a token was accepted after its revocation was acknowledged, or refused before', () => {
  expect(check([created(), revoked(), accepted()], [row(1, { revokedAt: 5 })], [])).toEqual([
    expect.stringContaining('cannot have been'),
  ]);
  expect(check([created(), refused(verifying(), 'token.invalid')], [row(1)], ['secret1'])).toEqual([
    expect.stringContaining('cannot have been'),
  ]);
});

test.each([
  ['that has an owner', [owned(), created(), accepted()], 'active', ['secret1']],
  ['whose owner was deleted', [owned(), created(), ownerDeleted()], 'deleted', []],
  ['whose owner was perhaps deleted, and was', [owned(), created(), begun('user.delete', ABOUT)], 'deleted', []],
] as const)('accepts a token %s', (_, operations, owner, works) => {
  expect(check(operations, [row(1)], works, owner)).toEqual([]);
});

test('finds an owner who is not as was acknowledged, and a token that is accepted though its owner was deleted', () => {
  const operations = [owned(), created(), ownerDeleted()];
  expect(check(operations, [row(1)], [], 'active')).toEqual(['Token f is not as it was acknowledged to be.']);
  expect(check(operations, [row(1)], ['secret1'], 'deleted')).toEqual([expect.stringContaining('is accepted')]);
  expect(check([...operations, accepted()], [row(1)], [], 'deleted')).toEqual([
    expect.stringContaining('cannot have been'),
  ]);
});

test('finds a token that is accepted when its time was over, or refused before', () => {
  const [until, ends] = [verifying(499), verifying(500)];
  const rows = [row(1, { expiresAt: 500 }), row(2)];
  const told = (...operations: readonly Operation[]) =>
    check([created(), rotated(500), ...operations], rows, ['secret2']);
  expect(told({ ...until, until: until.from, outcome: 'done' }, refused(ends, 'token.invalid'))).toEqual([]);
  expect(told(refused(until, 'token.invalid'))).toHaveLength(1);
  expect(told({ ...ends, until: ends.from, outcome: 'done' })).toHaveLength(1);
});

test('says nothing about a verification that could not reach the database', () => {
  expect(check([created(), refused(verifying(), 'database.busy')], [row(1)], ['secret1'])).toEqual([]);
});

test('asks about the secrets that were told, and those that were imported', () => {
  const imported = begun('token.create', { family: 'g', secret: 'imported' });
  expect(secretsIn(historyOf(created(), rotated(), imported))).toEqual(['secret1', 'secret2', 'imported']);
});
