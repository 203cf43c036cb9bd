import type { Context } from 'hono';
import { type Actor, actorSchema } from '@iron/db';
import type { ServerBindings } from '../http/answer.ts';
import { isNoSecret } from '../http/request-id.ts';
import type { Principal } from './principal.ts';

/**
 * Who asks and from where, as the audit log takes it. What a client says of itself is left out where it does not fit, or
 * could be a secret.
 */
export function actorOf({ userId }: Principal, c: Context<ServerBindings>): Actor {
  const ipAddress = c.env?.incoming?.socket.remoteAddress;
  const userAgent = c.req.header('user-agent');
  const isFit = userAgent !== undefined && isKept(userAgent, c.req.header('authorization'));
  return { userId, ...(ipAddress !== undefined && { ipAddress }), ...(isFit && { userAgent }) };
}

function isKept(userAgent: string, authorization: string | undefined): boolean {
  return actorSchema.safeParse({ userAgent }).success && isNoSecret(userAgent, authorization);
}
