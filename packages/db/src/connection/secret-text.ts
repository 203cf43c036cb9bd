import { inspect } from 'node:util';

/** A text that is shown only to who asks for it: printed, logged or turned into JSON it is `…`. */
export class SecretText {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return '…';
  }

  toJSON(): string {
    return '…';
  }

  [inspect.custom](): string {
    return '…';
  }
}
