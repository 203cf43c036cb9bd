import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { InvalidInputError } from './input-errors.ts';
import { actorSchema, parseInput, text } from './parse-input.ts';

const schema = z.strictObject({ name: text(3), actor: actorSchema.optional() });
const refusalOf = (input: unknown): unknown => {
  try {
    return parseInput('rename', schema, input);
  } catch (error) {
    return error;
  }
};

describe('parseInput', () => {
  test('takes what fits', () => {
    expect(parseInput('rename', schema, { name: 'ada', actor: { userId: 'root' } })).toEqual({
      name: 'ada',
      actor: { userId: 'root' },
    });
  });

  test.each([
    ['an unknown field', { name: 'ada', nmae: 1 }, 'rename: there is no field nmae.'],
    ['an unknown field within', { name: 'ada', actor: { id: 1 } }, 'rename: actor: there is no field id.'],
    ['a missing one', {}, 'rename: name: Invalid input: expected string, received undefined.'],
    ['one that is too long', { name: 'adam' }, 'rename: name: must be 1 to 3 characters of valid Unicode without NUL.'],
    ['an empty one', { name: '' }, 'rename: name: must be 1 to 3 characters of valid Unicode without NUL.'],
    ['NUL', { name: 'a\0' }, 'rename: name: must be 1 to 3 characters of valid Unicode without NUL.'],
    ['half a character', { name: '\uD83D' }, 'rename: name: must be 1 to 3 characters of valid Unicode without NUL.'],
  ])('names %s', (_, input, message) => {
    expect(refusalOf(input)).toEqual(expect.any(InvalidInputError));
    expect(refusalOf(input)).toMatchObject({ code: 'input.invalid', message });
  });

  test('does not print a secret that stands where the name of a field belongs', () => {
    const secret = `iron_dev_${'x'.repeat(49)}`;
    expect(refusalOf({ name: 'ada', [secret]: 1 })).toMatchObject({
      message: 'rename: there is no field (a name that is not shown).',
    });
  });

  test.each([
    [{ name: 'ada', actor: { userAgent: `Bearer iron_live_${'x'.repeat(49)}` } }, 'rename: actor.userAgent: holds'],
    [{ name: `iron_dev_${'x'.repeat(49)}` }, 'rename: name: must be 1 to 3 characters'],
  ])('does not take a token for a text, since texts are written where they can be read', (input, message) => {
    expect(String(refusalOf(input))).toContain(message);
    expect(String(refusalOf(input))).toContain('holds a token, which must not be written down');
    expect(JSON.stringify(refusalOf(input))).not.toContain('xxxx');
  });

  test('names what else is wrong beside a text', () => {
    const account = z
      .strictObject({
        name: text(3).refine((name) => name === name.toLowerCase(), 'must be in lower case'),
        age: z.int(),
      })
      .refine(({ age }) => age > 0, 'must have an age');
    const refused = () => parseInput('enter', account, { name: 'ADAM', age: 0 });
    expect(refused).toThrow('must be 1 to 3 characters');
    expect(refused).toThrow('must be in lower case');
    expect(refused).toThrow('must have an age');
  });

  test('names what is wrong with a text where something else could stand, too', () => {
    const either = z.strictObject({ which: z.union([text(3), z.int()]) });
    expect(() => parseInput('find', either, { which: 'adam' })).toThrow('must be 1 to 3 characters');
    expect(() => parseInput('find', either, { which: `iron_dev_${'x'.repeat(49)}` })).toThrow('holds a token');
  });

  test('tells documents made from the schema how long a text may be', () => {
    expect(z.toJSONSchema(z.object({ name: text(3) }))).toMatchObject({
      properties: { name: { type: 'string', minLength: 1, maxLength: 3 } },
    });
  });

  test('counts characters, not what they are made of', () => {
    expect(parseInput('rename', schema, { name: '👩👩👩' })).toEqual({ name: '👩👩👩' });
  });
});
