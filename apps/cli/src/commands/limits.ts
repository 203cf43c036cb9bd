import type { Noun } from '../grammar/command.ts';
import { create } from './limits/create.ts';
import { deleteLimit } from './limits/delete.ts';
import { holds } from './limits/holds.ts';
import { list } from './limits/list.ts';
import { release } from './limits/release.ts';
import { show } from './limits/show.ts';
import { update } from './limits/update.ts';
import { verify } from './limits/verify.ts';

export const limits: Noun = {
  kind: 'noun',
  name: 'limits',
  summary: 'Limits: make, change and delete them, and see how full they are',
  examples: ['limits create --user ada --tokens-per-day 100000', 'limits show --user ada'],
  children: [create, list, show, update, deleteLimit, holds, release, verify],
};
