import { z } from 'zod';

declare module 'zod' {
  interface GlobalMeta {
    /** The word that stands for the flag's value in the help: `<count>`. A flag without one is a switch. */
    value?: string;
  }
}

/** The flags of every command; the frame handles them, so that no command has to. */
export const commonFlags = {
  json: z.literal(true).optional().meta({ description: 'Print one JSON document on stdout and nothing else there' }),
  verbose: z.literal(true).optional().meta({ description: 'Print the stack trace of an error' }),
  help: z.literal(true).optional().meta({ description: 'Print this help' }),
};
