import { globalRegistry, z } from 'zod';

declare module 'zod' {
  interface GlobalMeta {
    /** The words that the flag's value is made of, where its schema does not show them: those of a list. */
    choices?: readonly string[];
  }
}

/** The words that a value can be, where there are only these: those of an enum, whatever it is wrapped in. */
export function choicesOf(schema: z.core.$ZodType): readonly string[] {
  const named = globalRegistry.get(schema)?.choices;
  if (named) return named;
  if (schema instanceof z.core.$ZodEnum) return Object.values(schema._zod.def.entries).map(String);
  if (schema instanceof z.core.$ZodOptional || schema instanceof z.core.$ZodDefault) {
    return choicesOf(schema._zod.def.innerType);
  }
  return schema instanceof z.core.$ZodPipe ? choicesOf(schema._zod.def.in) : [];
}
