import { config } from './commands/config.ts';
import { db } from './commands/db.ts';
import type { Noun } from './grammar/command.ts';

/** The whole grammar: `iron <noun> <verb>`. */
export const iron: Noun = {
  kind: 'noun',
  name: 'iron',
  summary: 'Iron manages API tokens for LLM providers: who may use them, what each call used, and what it may cost.',
  examples: ['db reset-seed', 'config --json'],
  children: [db, config],
};
