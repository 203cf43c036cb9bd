import type { IronDatabase } from '@iron/db';
import { TokenStorage, UserStorage } from '@iron/tokens';

/** A token for a gateway, which may hold and settle for everybody. @returns its secret */
export async function addGateway(database: IronDatabase): Promise<string> {
  const users = await UserStorage.open(database);
  const tokens = await TokenStorage.open(database);
  const { id } = await users.createUser({ username: `gateway_${Date.now()}`, role: 'admin' });
  const { secret } = await tokens.createToken({ userId: id, scopes: ['holds:write'] });
  return secret;
}
