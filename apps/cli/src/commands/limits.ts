import type { Noun } from '../grammar/command.ts';

export const limits: Noun = {
  kind: 'noun',
  name: 'limits',
  summary: 'Limits: make, change and delete them, and see how full they are',
  examples: ['limits show'],
  children: [],
};
