import { DONE } from '../../exit-code.ts';
import type { Outcome } from '../../grammar/command.ts';
import type { ProviderKeyDocument, ProviderKeysDocument } from '../../json-documents.ts';
import { listOutcome } from '../../output/list-outcome.ts';
import { type Cell, pairs } from '../../output/table.ts';
import { showTime, showUsd } from '../../output/units.ts';

/** One provider key, after whatever was done to it. */
export function keyOutcome(key: ProviderKeyDocument): Outcome<ProviderKeyDocument> {
  return { document: key, text: (paint) => pairs(keyLines(key), paint), exitCode: DONE };
}

export function keysOutcome(part: ProviderKeysDocument): Outcome<ProviderKeysDocument> {
  return listOutcome(part, {
    heading: ['id', 'provider', 'key', 'user', 'state', 'balance', 'description'],
    row: (key) => [
      key.id,
      key.provider,
      key.maskedKey,
      key.userId,
      stateOf(key),
      key.balanceNanos === null ? null : showUsd(key.balanceNanos),
      key.description,
    ],
    none: 'There is no such provider key.',
  });
}

function keyLines(key: ProviderKeyDocument): [string, Cell][] {
  const { baseUrl, description, lastUsedAt, masterKeyId } = key;
  return [
    ['Id', key.id],
    ['Provider', key.provider],
    ['Key', key.maskedKey],
    ['User', key.userId],
    ['State', stateOf(key)],
    ['Base URL', baseUrl ?? 'the usual address'],
    ['Description', description ?? 'none'],
    ['Balance', balanceOf(key)],
    ['Master key', masterKeyId],
    ['Created', showTime(key.createdAt)],
    ['Last used', lastUsedAt === null ? 'never' : showTime(lastUsedAt)],
  ];
}

function stateOf({ isEnabled }: ProviderKeyDocument): string {
  return isEnabled ? 'enabled' : 'disabled';
}

function balanceOf({ balanceNanos, balanceUpdatedAt }: ProviderKeyDocument): string {
  if (balanceNanos === null) return 'not known';
  const amount = showUsd(balanceNanos);
  return balanceUpdatedAt === null ? amount : `${amount} (noted ${showTime(balanceUpdatedAt)})`;
}
