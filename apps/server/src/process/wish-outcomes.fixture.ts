import type { Wish } from './working-clients.fixture.ts';

export function answersTo(wishes: readonly Wish[]): number {
  return wishes.reduce((sum, { answers }) => sum + answers.length, 0);
}

export function isDone({ answers }: Wish): boolean {
  return answers.some(({ status }) => status < 300);
}

/** There is no room. */
export function isRefused({ answers }: Wish): boolean {
  return answers.some(({ body }) => /"code":"limit\.exceeded"/.test(body));
}
