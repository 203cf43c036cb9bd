import type { Noun } from '../grammar/command.ts';
import { activate } from './users/activate.ts';
import { changePassword } from './users/change-password.ts';
import { create } from './users/create.ts';
import { deleteUser } from './users/delete.ts';
import { list } from './users/list.ts';
import { resetPassword } from './users/reset-password.ts';
import { changeRole } from './users/role.ts';
import { show } from './users/show.ts';
import { suspend } from './users/suspend.ts';

export const users: Noun = {
  kind: 'noun',
  name: 'users',
  summary: 'Accounts: create, suspend, activate, delete, change roles and passwords',
  examples: ['users list', 'users create ada --role admin', 'users reset-password ada'],
  children: [create, list, show, suspend, activate, deleteUser, changeRole, resetPassword, changePassword],
};
