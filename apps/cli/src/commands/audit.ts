import type { Noun } from '../grammar/command.ts';
import { list } from './audit/list.ts';
import { users } from './audit/users.ts';
import { verify } from './audit/verify.ts';

export const audit: Noun = {
  kind: 'noun',
  name: 'audit',
  summary: 'Who changed what, and whether the logs are whole',
  examples: ['audit list --since 7d', 'audit users', 'audit verify'],
  children: [list, users, verify],
};
