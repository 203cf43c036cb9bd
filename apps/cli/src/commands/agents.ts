import type { Noun } from '../grammar/command.ts';

export const agents: Noun = {
  kind: 'noun',
  name: 'agents',
  summary: 'Agents and the providers that they may use',
  examples: ['agents list'],
  children: [],
};
