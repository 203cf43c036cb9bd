import { DONE } from '../../exit-code.ts';
import type { Outcome } from '../../grammar/command.ts';
import type { UserDocument, UsersDocument } from '../../json-documents.ts';
import { listOutcome } from '../../output/list-outcome.ts';
import { type Cell, pairs } from '../../output/table.ts';
import { showTime } from '../../output/units.ts';

/** One user, after whatever was done to them. */
export function userOutcome(user: UserDocument): Outcome<UserDocument> {
  return { document: user, text: (paint) => pairs(userLines(user), paint), exitCode: DONE };
}

export function usersOutcome(part: UsersDocument): Outcome<UsersDocument> {
  return listOutcome(part, {
    heading: ['id', 'user name', 'name', 'e-mail', 'role', 'state', 'last sign-in'],
    row: ({ id, username, name, email, role, state, lastLogin }) => [
      id,
      username,
      name,
      email,
      role,
      state,
      lastLogin === null ? 'never' : showTime(lastLogin),
    ],
    none: 'There is no such user.',
  });
}

export function userLines(user: UserDocument): [string, Cell][] {
  const { lastLogin, lockedUntil, suspendedAt, suspendedBy, deletedAt, deletedBy } = user;
  return [
    ['Id', user.id],
    ['User name', user.username],
    ['Name', user.name ?? 'none'],
    ['E-mail', user.email ?? 'none'],
    ['Role', user.role],
    ['State', user.state],
    ['Password', passwordOf(user)],
    ['Created', showTime(user.createdAt)],
    ['Last sign-in', lastLogin === null ? 'never' : showTime(lastLogin)],
    ...lineIf('Locked until', lockedUntil === null ? null : showTime(lockedUntil)),
    ...lineIf('Suspended', suspendedAt === null ? null : `${showTime(suspendedAt)} by ${suspendedBy}`),
    ...lineIf('Deleted', deletedAt === null ? null : `${showTime(deletedAt)} by ${deletedBy}`),
  ];
}

function passwordOf({ hasPassword, mustChangePassword }: UserDocument): string {
  if (!hasPassword) return 'none';
  return mustChangePassword ? 'to be changed' : 'set';
}

function lineIf(label: string, value: Cell): [string, Cell][] {
  return value === null ? [] : [[label, value]];
}
