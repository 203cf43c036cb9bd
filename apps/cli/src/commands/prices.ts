import type { Noun } from '../grammar/command.ts';

export const prices: Noun = {
  kind: 'noun',
  name: 'prices',
  summary: 'What models cost',
  examples: ['prices show'],
  children: [],
};
