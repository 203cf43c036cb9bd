import { spawnSync } from 'node:child_process';
import { mkdtempDisposableSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CapturedOptions, capturedContext } from './captured-context.fixture.ts';
import { iron } from './iron.ts';
import { run } from './run.ts';

export const IRON = fileURLToPath(new URL('../bin/iron.js', import.meta.url));

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder of the test's own, and the program run in it with nothing of this process's environment. */
export interface Terminal extends Disposable {
  /** Absolute, symbolic links followed. */
  readonly folder: string;
  /** Types `iron` and these words. */
  iron(...words: string[]): Ended;
  /** The same with variables set. */
  ironWith(env: NodeJS.ProcessEnv, ...words: string[]): Ended;
  /** As {@link here} with `--json`: what came on stdout, all of it, as a value. */
  json(...words: string[]): Promise<Record<string, unknown>>;
  /** The same as {@link iron}, but in this process: no start to wait for. */
  here(...words: string[]): Promise<Ended>;
  /** The same with words on stdin, variables, or at a terminal. */
  hereWith(options: CapturedOptions, ...words: string[]): Promise<Ended>;
  /** Pastes a line, where these variables are set. */
  shell(line: string, env?: NodeJS.ProcessEnv): Ended;
}

/** @param now the clock of what runs in this process; a started program has its own */
export function openTerminal({ now = Date.now }: { now?: () => number } = {}): Terminal {
  const temporary = mkdtempDisposableSync(join(tmpdir(), 'iron-cli-'));
  const folder = realpathSync(temporary.path);
  const start = (file: string, words: readonly string[], env: NodeJS.ProcessEnv = {}): Ended => {
    const { status, stdout, stderr } = spawnSync(file, words, {
      cwd: folder,
      env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'], ...env },
      encoding: 'utf8',
    });
    return { exitCode: status, stdout, stderr };
  };
  const ironWith = (env: NodeJS.ProcessEnv, ...words: string[]) => start(process.execPath, [IRON, ...words], env);
  const hereWith = async (options: CapturedOptions, ...words: string[]): Promise<Ended> => {
    const captured = capturedContext({ cwd: folder, now, program: [process.execPath, IRON], ...options });
    const exitCode = await run(iron, words, captured.context);
    return { exitCode, stdout: captured.stdout(), stderr: captured.stderr() };
  };
  const here = async (...words: string[]): Promise<Ended> => await hereWith({}, ...words);
  return {
    folder,
    iron: (...words) => ironWith({}, ...words),
    ironWith,
    here,
    hereWith,
    json: async (...words) => readDocument(await here(...words, '--json')),
    shell: (line, env) => start('/bin/sh', ['-c', line], env),
    [Symbol.dispose]: () => temporary.remove(),
  };
}

/** The one document that `--json` promises; anything else on stdout is no JSON. */
export function readDocument({ stdout }: Ended): Record<string, unknown> {
  const document: unknown = JSON.parse(stdout);
  if (typeof document !== 'object' || document === null) throw new TypeError(`${stdout} is no object`);
  return { ...document };
}
