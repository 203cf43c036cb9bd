import type { Noun } from '../grammar/command.ts';
import { create } from './agents/create.ts';
import { deleteAgent } from './agents/delete.ts';
import { list } from './agents/list.ts';
import { setProviders } from './agents/providers.ts';
import { rename } from './agents/rename.ts';
import { show } from './agents/show.ts';

export const agents: Noun = {
  kind: 'noun',
  name: 'agents',
  summary: 'Agents, and the providers that their tokens may use',
  examples: ['agents list', 'agents create summariser --providers openai'],
  children: [create, list, show, rename, setProviders, deleteAgent],
};
