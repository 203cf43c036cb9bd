import { DONE } from '../../exit-code.ts';
import type { Outcome } from '../../grammar/command.ts';
import type { IssuedTokenDocument, RotatedTokenDocument, TokenDocument, TokensDocument } from '../../json-documents.ts';
import { listOutcome } from '../../output/list-outcome.ts';
import { type Cell, pairs } from '../../output/table.ts';
import { showTime } from '../../output/units.ts';

/** One token, after whatever was done to it. */
export function tokenOutcome(token: TokenDocument): Outcome<TokenDocument> {
  return { document: token, text: (paint) => pairs(tokenLines(token), paint), exitCode: DONE };
}

export function tokensOutcome(part: TokensDocument): Outcome<TokensDocument> {
  return listOutcome(part, {
    heading: ['id', 'user', 'project', 'name', 'state', 'scopes', 'created', 'expires'],
    row: ({ id, userId, projectId, name, state, scopes, createdAt, expiresAt }) => [
      id,
      userId,
      projectId,
      name,
      state,
      scopes.join(' '),
      showTime(createdAt),
      expiresAt === null ? 'never' : showTime(expiresAt),
    ],
    none: 'There is no such token.',
  });
}

/** A token whose secret is shown this once; where it is all that is wanted, alone. */
export function issuedOutcome<Document extends IssuedTokenDocument | RotatedTokenDocument>(
  issued: Document,
  { quiet, more = [] }: { quiet: true | undefined; more?: readonly [string, Cell][] },
): Outcome<Document> {
  const { secret, token } = issued;
  if (quiet) return { document: issued, text: () => secret, exitCode: DONE };
  return {
    document: issued,
    text: (paint) => pairs([['Token', secret], ...tokenLines(token), ...more], paint),
    note: 'Keep the token: it will not be shown again.',
    exitCode: DONE,
  };
}

function tokenLines(token: TokenDocument): [string, Cell][] {
  const { scopes, agentId, lastUsedAt, expiresAt, revokedAt, revokedReason, rotatedFromId } = token;
  return [
    ['Id', token.id],
    ['User', token.userId],
    ['Project', token.projectId ?? 'none'],
    ['Name', token.name ?? 'none'],
    ['State', token.state],
    ['Scopes', scopes.join(' ') || 'none'],
    ['Agent', agentId ?? 'none'],
    ['Provider', token.provider ?? 'any'],
    ['Created', showTime(token.createdAt)],
    ['Last used', lastUsedAt === null ? 'never' : showTime(lastUsedAt)],
    ['Expires', expiresAt === null ? 'never' : showTime(expiresAt)],
    ...(revokedAt === null ? [] : [['Revoked', showTime(revokedAt)] satisfies [string, Cell]]),
    ...(revokedReason === null ? [] : [['Reason', revokedReason] satisfies [string, Cell]]),
    ...(rotatedFromId === null ? [] : [['Replaces', `token ${rotatedFromId}`] satisfies [string, Cell]]),
  ];
}
