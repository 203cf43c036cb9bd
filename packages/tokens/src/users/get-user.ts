import { parseInput, type ServiceContext } from '@iron/db';
import { readUser, toUser, type User, type UserKey } from './user.ts';
import { UserNotFoundError } from './user-errors.ts';
import { userKeySchema } from './user-input.ts';

/** The user of an id, a user name or an address. */
export async function getUser({ database }: ServiceContext, input: UserKey): Promise<User> {
  const key = parseInput('getUser', userKeySchema, input);
  const row = await database.read((reader) => readUser(database.engine, reader, key));
  if (row) return toUser(row);
  if ('id' in key) throw new UserNotFoundError('id', key.id);
  if ('username' in key) throw new UserNotFoundError('username', key.username);
  throw new UserNotFoundError('email', key.email);
}
