import type { CallMemory, CallSource, Writer } from '@iron/db';
import { LOOK_UP_ALL, type LookedUpToken, type TokenLookUp } from './token-look-up.ts';

/** The tokens that the calls of one transaction show, by their hash. */
export class TokenMemory implements CallMemory<string> {
  readonly #tx: Writer;
  readonly #rows = new Map<string, TokenLookUp | undefined>();

  constructor(tx: Writer) {
    this.#tx = tx;
  }

  async load(hashes: readonly string[]): Promise<void> {
    const wanted = [...new Set(hashes)];
    for (const hashed of wanted) this.#rows.set(hashed, undefined);
    const rows = await this.#tx.statement<[string[]], LookedUpToken>(LOOK_UP_ALL).all(wanted);
    for (const row of rows) this.#rows.set(row.tokenHash, row);
  }

  /** Whether it is known what there is of that hash. */
  knows(hashed: string): boolean {
    return this.#rows.has(hashed);
  }

  find(hashed: string): TokenLookUp | undefined {
    return this.#rows.get(hashed);
  }

  mark(): () => void {
    return () => undefined; // it is only read
  }

  async flush(): Promise<void> {
    await Promise.resolve();
  }
}

/** The source of {@link TokenMemory}. */
export const TOKENS: CallSource<string, TokenMemory> = { rank: 0, open: (tx) => new TokenMemory(tx) };
