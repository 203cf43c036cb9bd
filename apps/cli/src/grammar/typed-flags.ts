import type { z } from 'zod';

/** What was typed of these flags, as their schemas make it. */
export type TypedFlags<Flags extends z.ZodRawShape> = Readonly<z.output<z.ZodObject<Flags>>>;
