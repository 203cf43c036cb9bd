import { z } from 'zod';

/** A number that is typed with digits only: 007 is 7, and neither 1e3 nor 0x10 nor -1 is one. */
export function wholeNumber(minimum: number) {
  const expected = `must be a whole number, at least ${minimum}`;
  return z
    .string()
    .regex(/^\d+$/, expected)
    .transform(Number)
    .refine((value) => Number.isSafeInteger(value) && value >= minimum, expected);
}
