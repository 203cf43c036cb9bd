import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Reader } from '@iron/db';
import { LOOK_UP_ALL, type LookedUpToken, type TokenLookUp } from './token-look-up.ts';

/** Tokens that are about to be looked up, and what comes of it. */
interface LookUps {
  readonly hashes: Set<string>;
  readonly found: Promise<ReadonlyMap<string, TokenLookUp>>;
}

/** Looks up on PostgreSQL: of all tokens that are asked for in one turn of the event loop it asks in one statement. */
export class TokensOfOneMoment {
  readonly #reader: Reader;
  #next: LookUps | undefined;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  async find(hashed: string): Promise<TokenLookUp | undefined> {
    const { hashes, found } = (this.#next ??= this.#gather());
    hashes.add(hashed);
    return (await found).get(hashed);
  }

  #gather(): LookUps {
    const hashes = new Set<string>();
    return { hashes, found: this.#findAll(hashes) };
  }

  async #findAll(hashes: ReadonlySet<string>): Promise<ReadonlyMap<string, TokenLookUp>> {
    await nextTurn();
    this.#next = undefined; // whoever comes from now on has to see what is committed by now
    const rows = await this.#reader.statement<[string[]], LookedUpToken>(LOOK_UP_ALL).all([...hashes]);
    return new Map(rows.map((row) => [row.tokenHash, row]));
  }
}
