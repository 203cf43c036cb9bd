import type { Noun } from '../grammar/command.ts';

export const traces: Noun = {
  kind: 'noun',
  name: 'traces',
  summary: 'How calls went',
  examples: ['traces list'],
  children: [],
};
