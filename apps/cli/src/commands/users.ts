import type { Noun } from '../grammar/command.ts';

export const users: Noun = {
  kind: 'noun',
  name: 'users',
  summary: 'Accounts: create, suspend, activate, delete, change roles and passwords',
  examples: ['users list'],
  children: [],
};
