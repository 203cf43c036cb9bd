import { describe, expect, test } from 'vitest';
import { answerHeaders } from '../http/answer.ts';
import { checkAnswer, type Answered } from './check-answer.fixture.ts';

const TOKEN = {
  id: 2,
  userId: 'ada',
  projectId: null,
  name: null,
  scopes: [],
  agentId: null,
  provider: null,
  state: 'active',
  createdAt: 1_772_366_400_000,
  lastUsedAt: null,
  expiresAt: null,
  revokedAt: null,
  revokedReason: null,
  rotatedFromId: null,
};
const REFUSED = {
  type: 'urn:iron:problem:token.invalid',
  title: 'Unauthorized',
  status: 401,
  detail: 'The token is not valid.',
  code: 'token.invalid',
  hint: null,
  details: {},
  requestId: 'r-1',
};

interface Changes {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly body?: unknown;
}

function answer(usual: Answered, { status = usual.status, headers = {}, body = usual.body }: Changes): Answered {
  const all = new Headers(usual.headers);
  for (const [name, value] of Object.entries(headers)) {
    if (value === null) all.delete(name);
    else all.set(name, value);
  }
  return { status, headers: all, body };
}

const shown: Answered = {
  status: 200,
  headers: new Headers({ ...answerHeaders('r-1'), 'content-type': 'application/json' }),
  body: TOKEN,
};
const refused: Answered = {
  status: 401,
  headers: new Headers({
    ...answerHeaders('r-1'),
    'content-type': 'application/problem+json',
    'www-authenticate': 'Bearer error="invalid_token"',
  }),
  body: REFUSED,
};

describe('the check of every answer', () => {
  test('passes what the document describes', () => {
    expect(() => checkAnswer('GET', '/api/tokens/2', shown)).not.toThrow();
    expect(() => checkAnswer('GET', '/api/tokens/2', refused)).not.toThrow();
  });

  test.each<[string, Changes, RegExp]>([
    ['a status', { status: 418 }, /does not describe this status/],
    ['a field', { body: { ...TOKEN, hash: 'ab' } }, /must NOT have additional properties/],
    ['a header', { headers: { 'x-powered-by': 'iron' } }, /does not describe the header x-powered-by/],
    ['a media type', { headers: { 'content-type': 'text/html' } }, /does not describe the media type text\/html/],
  ])('finds %s that the document does not describe', (_, changes, fault) => {
    expect(() => checkAnswer('GET', '/api/tokens/2', answer(shown, changes))).toThrow(fault);
  });

  test.each<[string, Changes, RegExp]>([
    ['a field', { body: { ...TOKEN, state: undefined } }, /required property 'state'/],
    ['a security header', { headers: { 'x-content-type-options': null } }, /x-content-type-options is null/],
    ['the request id', { headers: { 'x-request-id': null } }, /x-request-id is null/],
    ['its media type', { headers: { 'content-type': null } }, /the media type is not there/],
  ])('finds that %s is missing', (_, changes, fault) => {
    expect(() => checkAnswer('GET', '/api/tokens/2', answer(shown, changes))).toThrow(fault);
  });

  test.each<[string, Changes, RegExp]>([
    ['a wrong code', { body: { ...REFUSED, code: 'token.stolen' } }, /does not name the code token.stolen/],
    ['the missing challenge', { headers: { 'www-authenticate': null } }, /the header WWW-Authenticate is not there/],
  ])('finds %s of a refusal', (_, changes, fault) => {
    expect(() => checkAnswer('GET', '/api/tokens/2', answer(refused, changes))).toThrow(fault);
  });

  test('wants a problem where there is no such operation', () => {
    expect(() => checkAnswer('GET', '/api/nowhere', shown)).toThrow(/does not know this operation/);
    expect(() => checkAnswer('GET', '/api/nowhere', answer(shown, { status: 404 }))).toThrow(
      /required property 'code'/,
    );
  });
});
