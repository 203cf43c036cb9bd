/** What a verification checks, in this order. */
export const VERIFY_CHECKS = ['integrity', 'references', 'migrations', 'schema', 'seed', 'credentials'] as const;
/** One of {@link VERIFY_CHECKS}. */
export type VerifyCheck = (typeof VERIFY_CHECKS)[number];

/** One check of a database and what it found; a check without problems has passed. */
export interface CheckResult {
  readonly check: VerifyCheck;
  /** Sentences. */
  readonly problems: readonly string[];
  /** What to do about them, or `null`. */
  readonly hint: string | null;
}

/** What became of every check. */
export interface VerifyReport {
  /** Absolute path, or what a person knows the database of a server by. */
  readonly path: string;
  /** Where one finds that there is nothing to look at, those that would look are left out. */
  readonly checks: readonly CheckResult[];
  /** Whether no check found anything. */
  readonly passed: boolean;
}

export function reportOf(path: string, checks: readonly CheckResult[]): VerifyReport {
  return { path, checks, passed: checks.every(({ problems }) => problems.length === 0) };
}

/** @param hint what to do about the problems, if there are any */
export function checkResult(check: VerifyCheck, problems: readonly string[], hint: string | null): CheckResult {
  return { check, problems, hint: problems.length > 0 ? hint : null };
}
