/** What became of a check. A warning is something to know about; nothing is wrong yet. */
export type Verdict = 'passed' | 'warning' | 'failed' | 'skipped';

/** One check and what it found. */
export interface DoctorCheck {
  /** `integrity`, `audit_log`, … */
  readonly check: string;
  readonly verdict: Verdict;
  /** Sentences; of a check that was skipped, why. None where it passed. */
  readonly problems: readonly string[];
  /** What to do about them, or `null`. */
  readonly hint: string | null;
}

/** What a check found: it has passed where that is nothing. */
export interface Findings {
  readonly problems: readonly string[];
  readonly hint: string | null;
  /** What problems of this kind are. Default: `failed`. */
  readonly verdict?: 'failed' | 'warning';
}

export const NOTHING_FOUND: Findings = { problems: [], hint: null };

export function checkOf(check: string, { problems, hint, verdict = 'failed' }: Findings): DoctorCheck {
  if (problems.length === 0) return { check, verdict: 'passed', problems, hint: null };
  return { check, verdict, problems, hint };
}

export function skipped(check: string, reason: string): DoctorCheck {
  return { check, verdict: 'skipped', problems: [reason], hint: null };
}

const MOST_NAMED = 5;

/** The first of many problems, and how many there are besides. */
export function firstOf(problems: readonly string[], total = problems.length): string[] {
  const named = problems.slice(0, MOST_NAMED);
  return total > named.length ? [...named, `and ${total - named.length} more`] : named;
}
