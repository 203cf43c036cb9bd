import type { z } from 'zod';
import type { InputProblem } from './http-errors.ts';

/** What zod found wrong, for people: where it is and what is wrong. Never a value, which could be a secret. */
export function problemsOf(issues: readonly z.core.$ZodIssue[], part: 'query' | 'body'): InputProblem[] {
  return issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [{ where: whereOf(issue.path, part), message: issue.message }];
    return issue.keys.map((key) => ({ where: whereOf([...issue.path, key], part), message: 'there is no such field' }));
  });
}

function whereOf(path: readonly PropertyKey[], part: 'query' | 'body'): string {
  const names = path.map(showName);
  return part === 'query' ? names.join('.') : names.map((name) => `/${name}`).join('');
}

/** The name of a field. What does not look like one could be a secret that slipped into its place. */
function showName(name: PropertyKey): string {
  return /^\w{1,40}$/.test(String(name)) ? String(name) : '(a name that is not shown)';
}
