import type { Context } from 'hono';
import { type Actor, actorSchema } from '@iron/db';
import type { ServerBindings } from '../http/answer.ts';
import type { Principal } from './principal.ts';

/** Who asks and from where, as the audit log takes it. What a client says of itself is left out where it does not fit. */
export function actorOf({ userId }: Principal, c: Context<ServerBindings>): Actor {
  const ipAddress = c.env?.incoming?.socket.remoteAddress;
  const userAgent = c.req.header('user-agent');
  const isFit = userAgent !== undefined && actorSchema.safeParse({ userAgent }).success;
  return { userId, ...(ipAddress !== undefined && { ipAddress }), ...(isFit && { userAgent }) };
}
