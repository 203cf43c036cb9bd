import { type Actor, appendToAuditLog, type Work, type Writer } from '@iron/db';

export const PROVIDER_KEY = 'provider_key';

/** What was done to a provider key. */
export interface KeyChange {
  readonly keyId: number;
  readonly action:
    | 'create'
    | 'enable'
    | 'disable'
    | 'set_balance'
    | 'set_base_url'
    | 'delete'
    | 'assign'
    | 'unassign'
    | 'rotate_master_key';
  readonly actor: Actor | undefined;
  /** Never the key nor its cipher text. */
  readonly changes?: Readonly<Record<string, unknown>>;
  readonly at: number;
}

/** Adds the change to `audit_log`, in its own transaction. */
export function* logKeyChange(tx: Writer, { keyId, ...change }: KeyChange): Work<void> {
  yield* appendToAuditLog(tx, { entityType: PROVIDER_KEY, entityId: keyId, ...change });
}
