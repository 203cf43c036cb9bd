import { hash } from 'node:crypto';
import { type Operation, ofKinds } from '../history/operation.ts';
import type { Look, TokenRow } from './look.ts';
import type { History, Violation } from './violation.ts';

/** A token as it can be. `null`: nobody was told. */
interface Member {
  readonly tokenId: number | null;
  readonly secret: string | null;
  readonly revoked: boolean;
  /** `unknown`: it was replaced, and nobody was told until when it works. */
  readonly expiresAt: number | null | 'unknown';
}

/** A token and those that replaced it; none: it was never made. */
type Family = readonly Member[];

type OfToken = ReturnType<typeof ofKinds<'token.create' | 'token.rotate' | 'token.revoke' | 'token.verify'>>[number];

/** Every token is as its last acknowledged change has left it, and is accepted or refused accordingly. */
export function checkTokens(history: History, look: Look): Violation[] {
  const operations = ofKinds(history.operations, 'token.create', 'token.rotate', 'token.revoke', 'token.verify');
  const families = Map.groupBy(operations, ({ wanted }) => wanted.family);
  const rows = Map.groupBy(look.tokens, ({ name }) => name ?? '');
  return [...new Set([...families.keys(), ...rows.keys()])].flatMap((name) => {
    const about = { operations: families.get(name) ?? [], rows: rows.get(name) ?? [] };
    return checkFamily(history, look, about).map((says) => ({ says: `Token ${name} ${says}.`, ...about }));
  });
}

/** The secrets whose state the operations say something about. */
export function secretsIn(history: History): string[] {
  const operations = ofKinds(history.operations, 'token.create', 'token.rotate');
  return operations.flatMap((operation) => {
    const secret = operation.answer?.secret ?? ('secret' in operation.wanted ? operation.wanted.secret : null);
    return secret === null || history.presence(operation) === 'no' ? [] : [secret];
  });
}

function checkFamily(
  history: History,
  look: Look,
  { operations, rows }: { readonly operations: readonly OfToken[]; readonly rows: readonly TokenRow[] },
): string[] {
  let families: readonly Family[] = [[]];
  for (const operation of operations) {
    if (operation.kind === 'token.verify') {
      families = families.filter((family) => fits(family, operation, history));
      if (families.length === 0)
        return [`was ${operation.outcome} by verification ${operation.id} and cannot have been`];
      continue;
    }
    const presence = history.presence(operation);
    if (presence === 'no') continue;
    const changed = families.flatMap((family) => change(family, operation));
    families = presence === 'maybe' ? [...families, ...changed] : changed;
  }
  const found = families.find((family) => isLike(family, rows));
  if (!found) return ['is not as it was acknowledged to be'];
  return found.flatMap(({ secret }, place) => checkAccepted(look, secret, rows[place], place));
}

/** Every state that a change can lead to; none where it cannot have taken place. */
function change(family: Family, operation: Exclude<OfToken, { kind: 'token.verify' }>): Family[] {
  const last = family.at(-1);
  switch (operation.kind) {
    case 'token.create': {
      if (last) return [];
      const { answer, wanted } = operation;
      const secret = answer?.secret ?? wanted.secret;
      return [[{ tokenId: answer?.tokenId ?? null, secret, revoked: false, expiresAt: null }]];
    }
    case 'token.rotate': {
      if (!last || last.revoked) return [];
      const { tokenId, secret, replacedExpiresAt } = operation.answer ?? {
        tokenId: null,
        secret: null,
        replacedExpiresAt: 'unknown' as const,
      };
      const replaced = { ...last, expiresAt: replacedExpiresAt };
      return [[...family.slice(0, -1), replaced, { tokenId, secret, revoked: false, expiresAt: null }]];
    }
    case 'token.revoke': {
      const { place } = operation.wanted;
      const member = family[place];
      return member ? [family.with(place, { ...member, revoked: true })] : [];
    }
  }
}

/** Whether somebody who verified can have been told this. The tests of backups do not hold what was verified later. */
function fits(family: Family, operation: OfToken & { kind: 'token.verify' }, history: History): boolean {
  if (operation.outcome === 'unknown' || isOfTrouble(operation)) return true;
  if (history.presence({ ...operation, outcome: 'done' }) !== 'yes') return true;
  const { place, now } = operation.wanted;
  const member = family[place];
  if (!member) return operation.outcome === 'refused';
  if (member.revoked) return operation.outcome === 'refused';
  if (member.expiresAt === null) return operation.outcome === 'done';
  if (member.expiresAt === 'unknown') return true;
  const latest = now + (operation.until - operation.from) / 1_000 + 1;
  if (member.expiresAt > latest) return operation.outcome === 'done';
  return member.expiresAt > now || operation.outcome === 'refused';
}

/** The token was not looked at: the database could not be asked. */
function isOfTrouble({ code }: Operation): boolean {
  return code?.startsWith('database.') ?? false;
}

function isLike(family: Family, rows: readonly TokenRow[]): boolean {
  return family.length === rows.length && family.every((member, place) => isMember(member, rows[place]));
}

function isMember({ tokenId, secret, revoked, expiresAt }: Member, row: TokenRow | undefined): boolean {
  return (
    row !== undefined &&
    (tokenId === null || row.id === tokenId) &&
    (secret === null || row.tokenHash === hash('sha256', secret)) &&
    revoked === (row.revokedAt !== null) &&
    (expiresAt === 'unknown' || row.expiresAt === expiresAt)
  );
}

function checkAccepted(look: Look, secret: string | null, row: TokenRow | undefined, place: number): string[] {
  if (secret === null || !row) return [];
  const works = row.revokedAt === null && (row.expiresAt === null || row.expiresAt > look.askedAt);
  if (works === look.accepted.has(secret)) return [];
  return [`is ${works ? 'refused' : 'accepted'} (number ${place} of its family), which its row does not say`];
}
