import type { Findings } from './doctor-check.ts';

/** @param misplaced the development tokens that a production database holds, by their names */
export function checkCredentials(misplaced: readonly string[]): Findings {
  return {
    problems: misplaced.map((name) => `a production database holds the ${name}`),
    hint: 'Everybody knows these tokens: `iron tokens list` shows them, and `iron tokens delete <id>` deletes one.',
  };
}
