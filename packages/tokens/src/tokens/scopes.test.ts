import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasScope, parseScope } from './scopes.ts';
import { InvalidScopeError } from './token-errors.ts';

describe('parseScope', () => {
  test.each([
    ['usage:read', { resource: 'usage', below: false, action: 'read' }],
    ['limits:*', { resource: 'limits', below: false, action: '*' }],
    ['models/openai/gpt-5.1:call', { resource: 'models/openai/gpt-5.1', below: false, action: 'call' }],
    ['models/openai/*:call', { resource: 'models/openai', below: true, action: 'call' }],
    ['*', { resource: '*', below: false, action: '*' }],
  ])('reads %s', (scope, parsed) => {
    expect(parseScope(scope)).toEqual(parsed);
  });

  test.each([
    '',
    'usage',
    'usage:',
    ':read',
    '*:read',
    '*:*',
    '**',
    'usage:read:all',
    'Usage:read',
    'usage :read',
    'usage/:read',
    '/usage:read',
    'usage//x:read',
    '*/x:read',
    'a/*/b:read',
    'usage*:read',
    'usage:read*',
    '-usage:read',
    'usage:read\n',
    'größe:read',
  ])('refuses %j by name', (scope) => {
    expect(() => parseScope(scope)).toThrow(new InvalidScopeError(scope));
    expect(new InvalidScopeError(scope).message).toContain(JSON.stringify(scope));
  });

  test('refuses a scope of more than 200 characters, at once', () => {
    expect(parseScope(`${'a'.repeat(198)}:b`).resource).toHaveLength(198);
    expect(() => parseScope(`${'a'.repeat(199)}:b`)).toThrow('is not a scope');
    expect(() => parseScope(`${'a/'.repeat(100_000)}!`)).toThrow('is not a scope');
  });
});

describe('hasScope', () => {
  test.each([
    ['usage:read', 'usage:read', true],
    ['usage:read', 'usage:write', false],
    ['usage:read', 'usage/day:read', false],
    ['usage:*', 'usage:write', true],
    ['usage:*', 'usages:write', false],
    ['models/*:call', 'models/openai/gpt-5:call', true],
    ['models/*:call', 'models:call', false],
    ['models/*:call', 'models-internal:call', false],
    ['models/openai/*:call', 'models/openai-eu/gpt-5:call', false],
    ['models/openai/*:*', 'models/openai/gpt-5:tune', true],
    ['*', 'anything/at/all:whatever', true],
  ])('%s grants %s: %s', (granted, wanted, answer) => {
    expect(hasScope([granted], wanted)).toBe(answer);
  });

  test('needs one of the scopes, and a token without any has none', () => {
    expect(hasScope(['limits:read', 'usage:read'], 'usage:read')).toBe(true);
    expect(hasScope([], 'usage:read')).toBe(false);
  });

  test('refuses to be asked for everything: a question with * would have an answer nobody means', () => {
    expect(() => hasScope(['*'], '*')).toThrow('"*" is not a scope that can be used here');
    expect(() => hasScope(['usage:*'], 'usage:*')).toThrow('is not a scope');
  });

  test('grants no more with "/*" or with fewer scopes than with all of them', () => {
    const name = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,5}$/);
    const resource = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));
    fc.assert(
      fc.property(resource, resource, name, (granted, wanted, action) => {
        expect(hasScope([`${granted}:${action}`], `${wanted}:${action}`)).toBe(granted === wanted);
        expect(hasScope([`${granted}/*:${action}`], `${granted}/${wanted}:${action}`)).toBe(true);
        expect(hasScope([`${granted}/*:${action}`], `${granted}:${action}`)).toBe(false);
      }),
    );
  });
});
