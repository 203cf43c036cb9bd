import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { Context } from '../context.ts';
import { NotJsonError, UnreadableFileError } from './input-errors.ts';

/**
 * The JSON in a file, or on stdin where the file is called `-`.
 *
 * @throws {UnreadableFileError} there is none
 * @throws {NotJsonError} it is something else
 */
export async function readJson(file: string, { cwd, stdin }: Pick<Context, 'cwd' | 'stdin'>): Promise<unknown> {
  const source = file === '-' ? 'stdin' : resolve(cwd, file);
  const bytes = file === '-' ? await buffer(stdin) : readBytes(source);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new NotJsonError(source, cause);
  }
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new UnreadableFileError(path, cause);
  }
}
