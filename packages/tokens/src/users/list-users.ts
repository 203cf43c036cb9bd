import { makePage, type Page, parseInput, readCursor, schema, type ServiceContext } from '@iron/db';
import { and, asc, eq, gt, or, sql, type SQL } from 'drizzle-orm';
import { z } from 'zod';
import { isInState, toUser, type User } from './user.ts';
import { type ListUsersInput, listUsersSchema } from './user-input.ts';

const { users } = schema;

const cursorSchema = z.tuple([z.string()]);

/** Lists users by name. */
export async function listUsers({ database }: ServiceContext, input: ListUsersInput = {}): Promise<Page<User>> {
  const { role, state, text: part, limit, cursor } = parseInput('listUsers', listUsersSchema, input);
  const after = readCursor(cursorSchema, cursor);
  const rows = database.reader
    .select()
    .from(users)
    .where(
      and(
        role && eq(users.role, role),
        state && isInState(state),
        part === undefined ? undefined : hasText(part),
        after && gt(users.username, after[0]),
      ),
    )
    .orderBy(asc(users.username))
    .limit(limit + 1)
    .all();
  return makePage(rows, limit, { keyOf: ({ username }) => [username], itemOf: toUser });
}

function hasText(part: string): SQL | undefined {
  const pattern = `%${part.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  return or(...[users.username, users.email, users.name].map((column) => sql`${column} LIKE ${pattern} ESCAPE '\\'`));
}
