import type { Noun } from '../grammar/command.ts';
import { list } from './tokens/list.ts';

export const tokens: Noun = {
  kind: 'noun',
  name: 'tokens',
  summary: 'Issue, list, rotate and end tokens',
  examples: ['tokens list', 'tokens create --user ada'],
  children: [list],
};
