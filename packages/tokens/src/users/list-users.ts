import { makePage, type Page, parseInput, readCursor, schema, type ServiceContext } from '@iron/db';
import type { SQL } from 'drizzle-orm';
import { and, asc, eq, gt, or } from '@iron/db/drizzle';
import { z } from 'zod';
import { contains, fold, folded } from '../caseless.ts';
import { isInState, toUser, type User } from './user.ts';
import { type ListUsersInput, listUsersSchema } from './user-input.ts';

const { users } = schema;

const cursorSchema = z.tuple([z.string().refine((name) => !name.includes('\0'))]);

/** Lists users by name. */
export async function listUsers({ database }: ServiceContext, input: ListUsersInput = {}): Promise<Page<User>> {
  const { role, state, text: part, limit, cursor } = parseInput('listUsers', listUsersSchema, input);
  const after = readCursor(cursorSchema, cursor);
  const name = folded(database.engine, users.username);
  const rows = await database.reader
    .select()
    .from(users)
    .where(
      and(
        role && eq(users.role, role),
        state && isInState(state),
        part === undefined ? undefined : hasText(part),
        after && gt(name, fold(after[0])),
      ),
    )
    .orderBy(asc(name))
    .limit(limit + 1);
  return makePage(rows, limit, { keyOf: ({ username }) => [username], itemOf: toUser });
}

function hasText(part: string): SQL | undefined {
  return or(...[users.username, users.email, users.name].map((column) => contains(column, part)));
}
