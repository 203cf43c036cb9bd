import { PassThrough } from 'node:stream';
import type { Context, TextInput, TextStream } from './context.ts';

export interface Captured {
  readonly context: Context;
  readonly stdout: () => string;
  readonly stderr: () => string;
}

export interface CapturedOptions extends Partial<Omit<Context, 'stdin'>> {
  /** Whether the streams are those of a terminal. */
  readonly terminal?: boolean;
  /** What is on stdin, or what is typed there; then it ends. */
  readonly stdin?: string | undefined;
}

/** A context whose streams are kept as text. */
export function capturedContext({ terminal = false, stdin = '', ...rest }: CapturedOptions = {}): Captured {
  const [stdout, stderr] = [stream(terminal), stream(terminal)];
  const input: TextInput = Object.assign(new PassThrough(), { isTTY: terminal }).end(stdin);
  return {
    context: { cwd: '/', env: {}, stdin: input, stdout, stderr, now: () => 0, program: ['iron'], ...rest },
    stdout: () => readAll(stdout),
    stderr: () => readAll(stderr),
  };
}

function stream(isTTY: boolean): PassThrough & TextStream {
  return Object.assign(new PassThrough(), { isTTY, columns: 80 });
}

function readAll(from: PassThrough): string {
  return String(from.read() ?? '');
}
