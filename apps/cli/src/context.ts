import type { Outcome } from './grammar/command.ts';
import type { Pieces } from './output/pour.ts';

/** Where words go: `process.stdout`, or a stream of a test's own. */
export type TextStream = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

/** Where words come from: `process.stdin`, or a stream of a test's own. */
export type TextInput = NodeJS.ReadableStream & { readonly isTTY?: boolean };

/** Everything of the outside world that the program uses. */
export interface Context {
  /** The folder in which the person typed the command; relative paths start here. */
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: TextInput;
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The words that start this program again, for commands that are meant to be pasted. */
  readonly program: readonly string[];
}

/** What a running command uses of it. */
export interface CommandContext extends Context {
  /** Prints lines for a human reader at once, before the work is done; nothing when JSON was asked for. */
  readonly announce: (text: string) => void;
  /** Prints what the command comes to while it goes on, as a server does; at its end it gives this back. */
  readonly present: <Presented extends Outcome>(outcome: Presented) => Presented;
  /**
   * Writes to stdout what is too much to be held, as fast as its reader takes it, in place of an outcome.
   *
   * @throws {InvalidValueError} one JSON document was asked for
   */
  readonly pour: (pieces: Pieces) => Promise<Outcome>;
}
