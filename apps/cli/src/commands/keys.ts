import type { Noun } from '../grammar/command.ts';

export const keys: Noun = {
  kind: 'noun',
  name: 'keys',
  summary: 'Keys of LLM providers, encrypted',
  examples: ['keys list'],
  children: [],
};
