import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';
import type { Context, TextStream } from '../context.ts';
import { InterruptedError, NotConfirmedError } from './input-errors.ts';

/** Questions to the person at the terminal. They go to stderr, so that stdout stays for data. */
export class Prompt implements Disposable {
  readonly #terminal: Interface;
  readonly #lines: AsyncIterator<string, unknown>;
  readonly #stderr: TextStream;
  readonly #isHidden: boolean;
  #isInterrupted = false;

  /** @param hidden whether what is typed is kept from the screen */
  constructor({ stdin, stderr }: Pick<Context, 'stdin' | 'stderr'>, { hidden = false } = {}) {
    const output = hidden ? new Writable({ write: (_chunk, _encoding, done) => done() }) : stderr;
    this.#terminal = createInterface({ input: stdin, output, terminal: true, historySize: 0 });
    this.#lines = this.#terminal[Symbol.asyncIterator]();
    this.#stderr = stderr;
    this.#isHidden = hidden;
    this.#terminal.once('SIGINT', () => {
      this.#isInterrupted = true;
      this.#terminal.close();
    });
  }

  /** @throws {InterruptedError | NotConfirmedError} Ctrl-C, or the end of what is typed */
  async ask(question: string): Promise<string> {
    if (this.#isHidden) {
      this.#stderr.write(question);
    } else {
      this.#terminal.setPrompt(question);
      this.#terminal.prompt();
    }
    const line = await this.#lines.next();
    if (this.#isHidden || line.done) this.#stderr.write('\n');
    if (!line.done) return line.value;
    throw this.#isInterrupted ? new InterruptedError() : new NotConfirmedError();
  }

  [Symbol.dispose](): void {
    this.#terminal.close();
  }
}
