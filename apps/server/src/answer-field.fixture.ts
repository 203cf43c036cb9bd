import type { Answered } from './api.fixture.ts';

/** A field of an answer in JSON; `undefined` where there is none. */
export function fieldOf({ body }: Pick<Answered, 'body'>, name: string): unknown {
  return Reflect.get(Object(body), name);
}
