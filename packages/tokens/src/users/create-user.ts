import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { first, type IronDatabase, parseInput, schema, type ServiceContext, type Work, type Writer } from '@iron/db';
import { logUserChange } from './log-user-change.ts';
import { hashPassword } from './password-hash.ts';
import { requireGoodPassword } from './password-rules.ts';
import { readUser, toUser, type User } from './user.ts';
import { UserExistsError } from './user-errors.ts';
import { type CreateUserInput, createUserSchema } from './user-input.ts';

type NewAccount = z.output<typeof createUserSchema> & { readonly id: string };

/** Creates an account, and the row of the log that says who did. */
export async function createUser({ database, now }: ServiceContext, input: CreateUserInput): Promise<User> {
  const parsed = parseInput('createUser', createUserSchema, input);
  const account = { ...parsed, id: parsed.id ?? `user_${randomUUID()}` };
  const { password } = account;
  const passwordHash = password === undefined ? null : await hashPassword(requireGoodPassword(password));
  return await database.write(function* (tx) {
    yield* requireFree(tx, database, account);
    return yield* insertUser(tx, account, { passwordHash, at: now() });
  });
}

/** @throws {UserExistsError} another user has the id, the name or the address */
function* requireFree(tx: Writer, { engine }: IronDatabase, { id, username, email }: NewAccount): Work<void> {
  if (yield* readUser(engine, tx, { id })) throw new UserExistsError('id', id);
  if (yield* readUser(engine, tx, { username })) throw new UserExistsError('username', username);
  if (typeof email === 'string' && (yield* readUser(engine, tx, { email }))) throw new UserExistsError('email', email);
}

function* insertUser(
  tx: Writer,
  { id, username, email, name, role, actor }: NewAccount,
  { passwordHash, at }: { passwordHash: string | null; at: number },
): Work<User> {
  const account = { username, email: email ?? null, name: name ?? null, role };
  const values = { id, ...account, passwordHash, createdAt: at };
  const user = toUser(yield* first(tx.insert(schema.users).values(values).returning()));
  const after = { ...account, state: user.state, hasPassword: user.hasPassword };
  yield* logUserChange(tx, { operation: 'create', userId: id, actor, after, at });
  return user;
}
