import { userInfo } from 'node:os';
import type { Actor } from '@iron/db';

/** Whoever runs this command, as the logs name them where no account does: `os:alice`. */
export function operator(): Actor {
  return { userId: `os:${userInfo().username}` };
}
