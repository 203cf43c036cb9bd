import type { Actor } from './actor.ts';
import { makeBackups } from './backup-actor.ts';
import { makeCalls } from './call-actor.ts';
import { holdAmounts } from './hold-actor.ts';
import { changeLimits } from './limit-actor.ts';
import { actOnTokens } from './token-actor.ts';
import { reportUsage } from './usage-actor.ts';

/** What an actor does until it is to stop. */
export const ACTS = {
  calls: makeCalls,
  tokens: actOnTokens,
  usage: reportUsage,
  holds: holdAmounts,
  backups: makeBackups,
  limits: changeLimits,
} as const satisfies Record<string, (actor: Actor) => Promise<void>>;

/** One of {@link ACTS}. */
export type Act = keyof typeof ACTS;
