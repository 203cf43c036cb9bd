import { z } from 'zod';

/** What `schema` makes of the word, or `none`, which is null. */
export function orNone<Schema extends z.ZodType<unknown, string>>(schema: Schema) {
  return z.string().transform((typed, issues): z.output<Schema> | null => {
    if (typed === 'none') return null;
    const parsed = schema.safeParse(typed);
    if (parsed.success) return parsed.data;
    issues.addIssue(`${parsed.error.issues[0]?.message ?? 'is not valid'}, or "none"`);
    return z.NEVER;
  });
}
