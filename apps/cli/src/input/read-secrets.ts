import { buffer } from 'node:stream/consumers';
import type { Context } from '../context.ts';
import { InvalidValueError } from '../usage-errors.ts';
import { Prompt } from './prompt.ts';

/** A secret that is wanted. */
interface WantedSecret {
  /** `New password` */
  readonly name: string;
  /** It is chosen now: typed twice, because it cannot be seen. */
  readonly isNew?: boolean;
}

/**
 * Reads one secret: typed at a hidden prompt, or, where nobody types, all that is on stdin but for the newline at its
 * end. Flags are no place for one: they are in the shell's history, and in the list of processes.
 *
 * @throws {InvalidValueError} there is none
 * @throws {InterruptedError | NotConfirmedError} Ctrl-C at the prompt, or the end of what is typed
 */
export async function readSecret(wanted: WantedSecret, context: Pick<Context, 'stdin' | 'stderr'>): Promise<string> {
  const [secret = ''] = context.stdin.isTTY ? await askFor([wanted], context) : [await readAll(context)];
  return required(secret, wanted);
}

/** Reads several secrets, in the order in which they are wanted; on stdin each is a line. Throws as {@link readSecret}. */
export async function readSecrets<const Wanted extends readonly WantedSecret[]>(
  wanted: Wanted,
  context: Pick<Context, 'stdin' | 'stderr'>,
): Promise<{ [Index in keyof Wanted]: string }>;
export async function readSecrets(
  wanted: readonly WantedSecret[],
  context: Pick<Context, 'stdin' | 'stderr'>,
): Promise<string[]> {
  const secrets = context.stdin.isTTY ? await askFor(wanted, context) : (await readAll(context)).split(/\r?\n/);
  if (secrets.length > wanted.length) {
    throw new InvalidValueError('stdin', `has ${secrets.length} lines, and ${wanted.length} are wanted`);
  }
  return wanted.map((one, index) => required(secrets[index], one));
}

async function askFor(wanted: readonly WantedSecret[], context: Pick<Context, 'stdin' | 'stderr'>): Promise<string[]> {
  using prompt = new Prompt(context, { hidden: true });
  const secrets: string[] = [];
  for (const { name, isNew = false } of wanted) {
    const secret = await prompt.ask(`${name}: `);
    if (isNew && secret !== (await prompt.ask(`${name} once more: `))) {
      throw new InvalidValueError(name, 'was not typed the same twice');
    }
    secrets.push(secret);
  }
  return secrets;
}

async function readAll({ stdin }: Pick<Context, 'stdin'>): Promise<string> {
  const bytes = await buffer(stdin);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\r?\n$/, '');
  } catch {
    throw new InvalidValueError('stdin', 'is not UTF-8');
  }
}

function required(secret: string | undefined, { name }: WantedSecret): string {
  if (secret !== undefined && secret !== '') return secret;
  throw new InvalidValueError('stdin', `holds no ${name.toLowerCase()}`, 'Type it at a terminal, or pipe it in.');
}
