import { z } from 'zod';

/** Several words in one value, `openai,anthropic`; an empty value is an empty list. */
export function commaList() {
  return z
    .string()
    .transform((typed) => (typed.trim() === '' ? [] : typed.split(',').map((word) => word.trim())))
    .refine((words) => words.every((word) => word !== ''), 'must be words with single commas between them');
}
