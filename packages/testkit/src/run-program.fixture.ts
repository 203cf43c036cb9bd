import { spawn } from 'node:child_process';
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

/** Runs a program, in which `createTestDb` is there to be called, in a Node.js process of its own. */
export async function runProgram(
  program: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<ProgramResult> {
  const words = ['--input-type=module-typescript', '--eval', IMPORT_TESTKIT + program];
  return await runNode(words, process.cwd(), environment);
}

/** Runs Node.js in a folder with the words that follow it on a command line. */
export async function runNode(
  words: readonly string[],
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<ProgramResult> {
  const { NODE_TEST_CONTEXT: _context, IRON_KEEP_TEST_DB: _keep, ...inherited } = process.env;
  const env = { ...inherited, NO_COLOR: '1', FORCE_COLOR: undefined, ...environment };
  const child = spawn(process.execPath, words, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { status: child.exitCode, stdout, stderr };
}
