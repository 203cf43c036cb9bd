import type { Noun } from '../grammar/command.ts';
import { activate } from './tokens/activate.ts';
import { create } from './tokens/create.ts';
import { deactivate } from './tokens/deactivate.ts';
import { deleteToken } from './tokens/delete.ts';
import { importToken } from './tokens/import.ts';
import { list } from './tokens/list.ts';
import { revoke } from './tokens/revoke.ts';
import { rotate } from './tokens/rotate.ts';
import { show } from './tokens/show.ts';
import { update } from './tokens/update.ts';
import { usage } from './tokens/usage.ts';

export const tokens: Noun = {
  kind: 'noun',
  name: 'tokens',
  summary: 'Issue, list, rotate and end tokens',
  examples: ['tokens list', 'tokens create --user ada', 'tokens rotate 5 --overlap 1h'],
  children: [create, list, show, update, rotate, revoke, activate, deactivate, deleteToken, importToken, usage],
};
