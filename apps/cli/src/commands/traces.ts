import type { Noun } from '../grammar/command.ts';
import { list } from './traces/list.ts';
import { show } from './traces/show.ts';

export const traces: Noun = {
  kind: 'noun',
  name: 'traces',
  summary: 'How calls went',
  examples: ['traces list --since 1h', 'traces show 7'],
  children: [list, show],
};
