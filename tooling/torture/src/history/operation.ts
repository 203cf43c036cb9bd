/** What actors do to a database: of each kind what was wanted, and what was answered when it was done. */
export interface Deeds {
  /** `secret`: of a token that is imported; `null`: one is made. A family is a token and those that replaced it. */
  'token.create': {
    wanted: { readonly family: string; readonly secret: string | null };
    answer: { readonly tokenId: number; readonly secret: string };
  };
  'token.rotate': {
    wanted: { readonly family: string };
    answer: { readonly tokenId: number; readonly secret: string; readonly replacedExpiresAt: number | null };
  };
  /** `place`: in the family, 0 is the first. */
  'token.revoke': { wanted: { readonly family: string; readonly place: number }; answer: Nothing };
  'token.delete': {
    wanted: { readonly family: string; readonly place: number; readonly tokenId: number };
    answer: Nothing;
  };
  /** `now`: what the clock of who verifies says. */
  'token.verify': {
    wanted: { readonly family: string; readonly place: number; readonly now: number };
    answer: Nothing;
  };
  /** Of the owner of a family, whose id is its name. */
  'user.create': { wanted: { readonly family: string }; answer: Nothing };
  'user.delete': { wanted: { readonly family: string }; answer: Nothing };
  'limit.create': {
    wanted: { readonly userId: string; readonly maxima: Maxima };
    answer: { readonly limitId: number };
  };
  'limit.update': { wanted: { readonly limitId: number; readonly maxima: Maxima }; answer: Nothing };
  'limit.delete': { wanted: { readonly limitId: number }; answer: Nothing };
  /** Of models that nobody calls. */
  'price.import': { wanted: { readonly model: string }; answer: { readonly version: string } };
  /** While no price has changed. */
  'usage.reprice': { wanted: Nothing; answer: { readonly costChangeNanos: string } };
  'usage.record': { wanted: UsageWanted; answer: { readonly recorded: boolean; readonly costNanos: number | null } };
  /** Through admission, or by itself. */
  'hold.take': {
    wanted: { readonly requestId: string; readonly userId: string };
    answer: { readonly tokens: number; readonly costNanos: number };
  };
  'hold.settle': {
    wanted: { readonly requestId: string; readonly used: Used };
    answer: { readonly settled: boolean };
  };
  'hold.release': { wanted: { readonly requestId: string }; answer: { readonly released: boolean } };
  /** `usage`: of a call through admission, which is recorded as well. */
  'call.settle': {
    wanted: UsageWanted;
    answer: { readonly settled: boolean; readonly costNanos: number | null };
  };
  'backup.make': { wanted: Nothing; answer: { readonly path: string } };
  'backup.prune': { wanted: { readonly keep: number }; answer: { readonly deleted: readonly string[] } };
  'limits.look': { wanted: Nothing; answer: { readonly above: readonly unknown[] } };
  'life.reset': { wanted: Nothing; answer: BackupMade };
  'life.restore': { wanted: { readonly path: string }; answer: BackupMade };
  'life.migrate': { wanted: Nothing; answer: { readonly applied: number } & BackupMade };
}

type Nothing = object;

interface BackupMade {
  /** Of the database that was there before. */
  readonly backup: string | null;
}

/** The most that a limit allows; `null`: there is no maximum. */
export type Maxima = Readonly<Record<'tokens' | 'requests' | 'cost', number | null>>;

/** What a call used. */
export interface UsageWanted {
  readonly requestId: string;
  readonly tokenId: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** What counts against a limit. */
export interface Used {
  readonly tokens: number;
  readonly requests: number;
  readonly costNanos: number;
}

/** One of {@link Deeds}. */
export type Kind = keyof Deeds;

/**
 * How it ended. `unknown`: whoever did it died, or was told that nobody knows; it may have taken place or not. `refused`:
 * it was told that nothing was done.
 */
export type Outcome = 'done' | 'refused' | 'unknown';

/** Something an actor did, from what it wrote down before and after. */
export interface OperationOf<K extends Kind> {
  /** Unique in a run; the audit log has it as who asked for the change. */
  readonly id: string;
  readonly kind: K;
  /** When it began and ended, in microseconds of a clock that all processes share and nobody moves. */
  readonly from: number;
  readonly until: number;
  readonly wanted: Deeds[K]['wanted'];
  readonly outcome: Outcome;
  /** Of what was done. */
  readonly answer?: Deeds[K]['answer'] | undefined;
  /** Why it was refused, or is not known: the code of an error, or the text of one without. */
  readonly code?: string | undefined;
}

/** An {@link OperationOf} some kind. */
export type Operation = { [K in Kind]: OperationOf<K> }[Kind];

/** The operations of some kinds, in their order. */
export function ofKinds<K extends Kind>(
  operations: readonly Operation[],
  ...kinds: readonly K[]
): (Operation & { readonly kind: K })[] {
  const wanted: readonly Kind[] = kinds;
  return operations.filter((operation): operation is Operation & { readonly kind: K } =>
    wanted.includes(operation.kind),
  );
}
