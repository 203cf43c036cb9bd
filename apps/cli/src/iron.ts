import { agents } from './commands/agents.ts';
import { audit } from './commands/audit.ts';
import { defineCompletion } from './commands/completion.ts';
import { config } from './commands/config.ts';
import { db } from './commands/db.ts';
import { doctor } from './commands/doctor.ts';
import { keys } from './commands/keys.ts';
import { limits } from './commands/limits.ts';
import { prices } from './commands/prices.ts';
import { serve } from './commands/serve.ts';
import { tokens } from './commands/tokens.ts';
import { traces } from './commands/traces.ts';
import { usage } from './commands/usage.ts';
import { users } from './commands/users.ts';
import type { Noun } from './grammar/command.ts';

/** The whole grammar: `iron <noun> <verb>`. */
export const iron: Noun = {
  kind: 'noun',
  name: 'iron',
  summary: 'Iron manages API tokens for LLM providers: who may use them, what each call used, and what it may cost.',
  examples: ['db reset-seed', 'tokens create --user ada', 'usage report', 'config --json'],
  children: [
    tokens,
    users,
    limits,
    usage,
    keys,
    agents,
    traces,
    audit,
    prices,
    db,
    config,
    serve,
    doctor,
    defineCompletion(() => iron),
  ],
};
