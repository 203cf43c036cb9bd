import { z } from 'zod';

/** What lets calls through, or refuses them. */
export interface Gate extends AsyncDisposable {
  /** @returns `null` when the call may go on; otherwise why not, in a word */
  call(caller: string): Promise<string | null>;
  /** Lets each caller make more calls than until now. */
  raise(raise: Raise): Promise<void>;
  /** Ends the calls under way, and clears away what would slow the next turn down. */
  tidy(): Promise<void>;
}

export const raiseSchema = z.strictObject({ limit: z.int(), more: z.int() });

/** To how many calls in all a limit is raised, and by how many. */
export type Raise = z.infer<typeof raiseSchema>;

/** Every kind of gate. */
const GATE_KINDS = [
  'iron-authorize',
  'iron-call',
  'iron-verify',
  'better-auth',
  'better-auth-in-memory',
  'limiter-in-memory',
  'limiter',
  'map',
] as const;

export const gateSettingsSchema = z.strictObject({
  kind: z.enum(GATE_KINDS),
  /** The path of a file or the URL of a server, which may hold the callers already; '' for a counter in memory. */
  store: z.string(),
  synchronous: z.enum(['FULL', 'NORMAL']),
  /** How many calls each caller may make, where the store does not know. */
  limit: z.int(),
});

/** How a gate is opened. */
export type GateSettings = z.infer<typeof gateSettingsSchema>;

/** As many calls as nobody makes. Some of the peers keep it in 32 bits. */
export const UNLIMITED = 2_000_000_000;
