import type { Act } from './act.ts';
import type { Caller } from './actor.ts';

/** How the program of an actor is started. */
export interface ActorOptions {
  readonly name: string;
  readonly act: Act;
  readonly seed: number;
  readonly journal: string;
  /** Of the database. */
  readonly url: string;
  /** In which `backups/` of a database of a server is. */
  readonly folder: string;
  readonly elsewhere: string;
  /** Goes on as a user without any rights beyond those of everybody. */
  readonly asNobody: boolean;
}

/** What it is told, a line each: `go` works until `stop`, and `prove` asks for a word of the next thing that is done. */
export type Order =
  | { readonly order: 'go'; readonly callers: readonly [Caller, ...Caller[]] }
  | { readonly order: 'prove' | 'stop' };

/** What it says. */
export const SAID = { ready: 'ready', wentOn: 'went on', stopped: 'stopped' } as const;
