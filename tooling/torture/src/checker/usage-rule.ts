import { type Operation, ofKinds } from '../history/operation.ts';
import type { Look, UsageRow } from './look.ts';
import type { History, Violation } from './violation.ts';

/** Usage that was acknowledged is there once, with its numbers, as long as its token is; what was refused is not. */
export function checkUsage(whole: History, look: Look): Violation[] {
  const history = withDeletions(whole);
  const recorded = ofKinds(history.operations, 'usage.record', 'call.settle');
  const wanted = Map.groupBy(recorded, (operation) => operation.wanted.requestId);
  const rows = Map.groupBy(look.usage, ({ requestId }) => requestId);
  const ids = new Set([...wanted.keys(), ...rows.keys()]);
  return [...ids].flatMap((id) => {
    const operations = wanted.get(id ?? '') ?? [];
    return checkRequest(history, id, operations, rows.get(id) ?? []).map((says) => ({
      says,
      operations: [...operations, ...deletionsOf(history, operations)],
      rows: rows.get(id) ?? [],
    }));
  });
}

type Recorded = ReturnType<typeof ofKinds<'usage.record' | 'call.settle'>>[number];

/** What a token used is gone with it. */
function withDeletions(history: History): History {
  const deletions = Map.groupBy(ofKinds(history.operations, 'token.delete'), ({ wanted }) => wanted.tokenId);
  const presence: History['presence'] = (operation) => {
    const recorded = history.presence(operation);
    if (recorded === 'no' || !('tokenId' in operation.wanted)) return recorded;
    const since = (deletions.get(operation.wanted.tokenId) ?? []).filter(({ from }) => from >= operation.from);
    const gone = since.map((deletion) => history.presence(deletion));
    if (gone.includes('yes')) return 'no';
    return gone.includes('maybe') ? 'maybe' : recorded;
  };
  return { ...history, presence };
}

/** Of the tokens that recorded it. */
function deletionsOf({ operations }: History, recorded: readonly Recorded[]): Operation[] {
  const ids = new Set(recorded.map(({ wanted }) => wanted.tokenId));
  return ofKinds(operations, 'token.delete').filter(({ wanted }) => ids.has(wanted.tokenId));
}

function checkRequest(
  history: History,
  id: string | null,
  operations: readonly Recorded[],
  rows: readonly UsageRow[],
): string[] {
  const [row, second] = rows;
  if (second) return [`Request ${id} was recorded ${rows.length} times.`];
  const present = operations.filter((operation) => history.presence(operation) !== 'no');
  const certain = present.filter((operation) => history.presence(operation) === 'yes');
  if (!row) return certain.length > 0 ? [`The usage of request ${id} was acknowledged and is not there.`] : [];
  if (present.length === 0) return [`The usage of request ${id} is there, which nobody was told of.`];
  const strangers = (certain.length > 0 ? certain : present).filter((operation) => !isOf(row, operation));
  return strangers.length > 0 ? [`The usage of request ${id} has other numbers than were acknowledged.`] : [];
}

function isOf(row: UsageRow, { wanted, answer }: Recorded): boolean {
  return (
    row.tokenId === wanted.tokenId &&
    row.inputTokens === wanted.inputTokens &&
    row.outputTokens === wanted.outputTokens &&
    row.totalTokens === wanted.inputTokens + wanted.outputTokens &&
    (answer === undefined || row.costNanos === answer.costNanos)
  );
}
