import type { Noun } from '../grammar/command.ts';

export const usage: Noun = {
  kind: 'noun',
  name: 'usage',
  summary: 'What was used and what it cost',
  examples: ['usage report'],
  children: [],
};
