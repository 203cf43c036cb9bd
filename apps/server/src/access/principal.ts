import type { UserRole, VerifiedToken } from '@iron/tokens';

/** What an account may do, most first. A token whose owner has no account is a `user`. */
export type Role = UserRole;

/** Who asks. */
export interface Principal {
  /** In the audit log; also whose things are "own". */
  readonly userId: string;
  readonly role: Role;
  /** What the token may do of what its owner may do. */
  readonly scopes: readonly string[];
  /** The token that was shown; `null`: somebody at the shell of the machine, who has the database itself. */
  readonly token: VerifiedToken | null;
}
