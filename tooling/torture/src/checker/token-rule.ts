import { hash } from 'node:crypto';
import { type Operation, ofKinds } from '../history/operation.ts';
import type { Look, TokenRow } from './look.ts';
import type { History, Violation } from './violation.ts';

/** A token as it can be, while it is there. `null`: nobody was told. */
interface Member {
  readonly tokenId: number | null;
  readonly secret: string | null;
  readonly revoked: boolean;
  readonly deleted: boolean;
  /** `unknown`: it was replaced, and nobody was told until when it works. */
  readonly expiresAt: number | null | 'unknown';
}

/** A token and those that replaced it; none: it was never made. They may have an owner whom Iron knows. */
interface Family {
  readonly owner: 'none' | 'active' | 'deleted';
  readonly members: readonly Member[];
}

const KINDS = [
  'token.create',
  'token.rotate',
  'token.revoke',
  'token.delete',
  'token.verify',
  'user.create',
  'user.delete',
] as const;

type OfToken = ReturnType<typeof ofKinds<(typeof KINDS)[number]>>[number];

/** Every token is as its last acknowledged change has left it, and is accepted or refused accordingly. */
export function checkTokens(history: History, look: Look): Violation[] {
  const operations = ofKinds(history.operations, ...KINDS);
  const families = Map.groupBy(operations, ({ wanted }) => wanted.family);
  const rows = Map.groupBy(look.tokens, ({ name }) => name ?? '');
  return [...new Set([...families.keys(), ...rows.keys(), ...look.owners.keys()])].flatMap((name) => {
    const owner: Family['owner'] = look.owners.get(name) ?? 'none';
    const about = { operations: families.get(name) ?? [], rows: rows.get(name) ?? [], owner };
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

interface FamilyFound {
  readonly operations: readonly OfToken[];
  readonly rows: readonly TokenRow[];
  readonly owner: Family['owner'];
}

function checkFamily(history: History, look: Look, { operations, rows, owner }: FamilyFound): string[] {
  let families: readonly Family[] = [{ owner: 'none', members: [] }];
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
  const found = families.find((family) => family.owner === owner && isLike(family, rows));
  if (!found) return ['is not as it was acknowledged to be'];
  const present = membersOf(found);
  return found.members.flatMap((member, place) =>
    checkAccepted(look, { ...member, owner }, rows[present.indexOf(member)], place),
  );
}

/** Those that are there. */
function membersOf({ members }: Family): Member[] {
  return members.filter(({ deleted }) => !deleted);
}

/** Every state that a change can lead to; none where it cannot have taken place. */
function change(family: Family, operation: Exclude<OfToken, { kind: 'token.verify' }>): Family[] {
  const { owner, members } = family;
  const last = members.at(-1);
  switch (operation.kind) {
    case 'user.create':
      return owner === 'none' ? [{ owner: 'active', members }] : [];
    case 'user.delete':
      return owner === 'none' ? [] : [{ owner: 'deleted', members }];
    case 'token.create': {
      if (last) return [];
      const { answer, wanted } = operation;
      return [{ owner, members: [memberOf(answer?.tokenId ?? null, answer?.secret ?? wanted.secret)] }];
    }
    case 'token.rotate': {
      if (!last || last.revoked || last.deleted) return [];
      const { answer } = operation;
      const replaced = { ...last, expiresAt: answer ? answer.replacedExpiresAt : ('unknown' as const) };
      const replacement = memberOf(answer?.tokenId ?? null, answer?.secret ?? null);
      return [{ owner, members: [...members.slice(0, -1), replaced, replacement] }];
    }
    case 'token.revoke':
    case 'token.delete': {
      const { place } = operation.wanted;
      const member = members[place];
      if (!member || member.deleted) return [];
      const end = operation.kind === 'token.revoke' ? { revoked: true } : { deleted: true };
      return [{ owner, members: members.with(place, { ...member, ...end }) }];
    }
  }
}

function memberOf(tokenId: number | null, secret: string | null): Member {
  return { tokenId, secret, revoked: false, deleted: false, expiresAt: null };
}

/** Whether somebody who verified can have been told this. The tests of backups do not hold what was verified later. */
function fits({ owner, members }: Family, operation: OfToken & { kind: 'token.verify' }, history: History): boolean {
  if (operation.outcome === 'unknown' || isOfTrouble(operation)) return true;
  if (history.presence({ ...operation, outcome: 'done' }) !== 'yes') return true;
  const { place, now } = operation.wanted;
  const member = members[place];
  if (!member || member.revoked || member.deleted || owner === 'deleted') return operation.outcome === 'refused';
  if (member.expiresAt === 'unknown') return true;
  const works = member.expiresAt === null || member.expiresAt > now;
  return works === (operation.outcome === 'done');
}

/** The token was not looked at: the database could not be asked. */
function isOfTrouble({ code }: Operation): boolean {
  return code?.startsWith('database.') ?? false;
}

function isLike(family: Family, rows: readonly TokenRow[]): boolean {
  const present = membersOf(family);
  return present.length === rows.length && present.every((member, place) => isMember(member, rows[place]));
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

function checkAccepted(
  look: Look,
  { secret, owner }: Member & Pick<Family, 'owner'>,
  row: TokenRow | undefined,
  place: number,
): string[] {
  if (secret === null) return [];
  const isValid = row !== undefined && row.revokedAt === null;
  const works = isValid && owner !== 'deleted' && (row.expiresAt === null || row.expiresAt > look.askedAt);
  if (works === look.accepted.has(secret)) return [];
  return [`is ${works ? 'refused' : 'accepted'} (number ${place} of its family), which its row does not say`];
}
