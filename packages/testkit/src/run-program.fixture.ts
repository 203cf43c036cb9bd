import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export interface ProgramResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const TESTKIT = JSON.stringify(fileURLToPath(new URL('./index.ts', import.meta.url)));

/** The first line of a program or a test file that uses testkit. */
export const IMPORT_TESTKIT = `import { createTestDb } from ${TESTKIT};\n`;

/** A Node.js process of its own that runs a program, in which `createTestDb` is there to be called. */
export function startProgram(program: string, environment: Readonly<Record<string, string>> = {}): ChildProcess {
  const words = ['--input-type=module-typescript', '--eval', IMPORT_TESTKIT + program];
  return start(process.execPath, words, process.cwd(), environment);
}

/** Runs a program as {@link startProgram} does, to its end. */
export async function runProgram(
  program: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<ProgramResult> {
  return await resultOf(startProgram(program, environment));
}

/** Runs Node.js in a folder with the words that follow it on a command line. */
export async function runNode(
  words: readonly string[],
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<ProgramResult> {
  return await resultOf(start(process.execPath, words, folder, environment));
}

function start(
  command: string,
  words: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>>,
): ChildProcess {
  const { NODE_TEST_CONTEXT: _context, IRON_KEEP_TEST_DB: _keep, ...inherited } = process.env;
  const env = { ...inherited, NO_COLOR: '1', FORCE_COLOR: undefined, ...environment };
  return spawn(command, words, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function resultOf(child: ChildProcess): Promise<ProgramResult> {
  const { stdout, stderr } = child;
  if (!stdout || !stderr) throw new Error('The program has no output to read.');
  const [out, err] = await Promise.all([text(stdout), text(stderr), once(child, 'close')]);
  return { status: child.exitCode, stdout: out, stderr: err };
}
