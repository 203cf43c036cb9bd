import { PassThrough } from 'node:stream';
import type { Context, TextStream } from './context.ts';

export interface Captured {
  readonly context: Context;
  readonly stdout: () => string;
  readonly stderr: () => string;
}

/** A context whose streams are kept as text. */
export function capturedContext(about: Partial<Context> & { terminal?: boolean } = {}): Captured {
  const { terminal = false, ...rest } = about;
  const [stdout, stderr] = [stream(terminal), stream(terminal)];
  return {
    context: { cwd: '/', env: {}, stdout, stderr, now: () => 0, program: ['iron'], ...rest },
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
