import { z } from 'zod';

/** Every word, under itself. */
type Choices<Word extends string> = { readonly [Name in Word]: Name };

/**
 * One of a few words. All that the type has are written down, so that the compiler finds one that is new:
 * `oneOf<Colour>({ red: 'red', green: 'green' })`.
 */
export function oneOf<Word extends string>(words: Choices<Word>) {
  return z.enum(words, `must be one of ${Object.keys(words).join(', ')}`);
}

/** One of a list of words. */
export function oneOfList<const Words extends readonly string[]>(words: Words) {
  return z.enum(words, `must be one of ${words.join(', ')}`);
}
