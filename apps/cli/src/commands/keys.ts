import type { Noun } from '../grammar/command.ts';
import { add } from './keys/add.ts';
import { assign } from './keys/assign.ts';
import { balance } from './keys/balance.ts';
import { baseUrl } from './keys/base-url.ts';
import { deleteKey } from './keys/delete.ts';
import { disable } from './keys/disable.ts';
import { enable } from './keys/enable.ts';
import { list } from './keys/list.ts';
import { rotateMasterKey } from './keys/rotate-master-key.ts';
import { show } from './keys/show.ts';
import { unassign } from './keys/unassign.ts';

export const keys: Noun = {
  kind: 'noun',
  name: 'keys',
  summary: 'Keys of LLM providers, kept encrypted',
  examples: ['keys list', 'keys add openai --user ada', 'keys assign 2 search'],
  children: [add, list, show, enable, disable, balance, baseUrl, assign, unassign, deleteKey, rotateMasterKey],
};
