import { isDeepStrictEqual } from 'node:util';
import { type Maxima, ofKinds } from '../history/operation.ts';
import type { CounterRow, Look } from './look.ts';
import type { History, Violation } from './violation.ts';

type OfLimit = ReturnType<typeof ofKinds<'limit.create' | 'limit.update' | 'limit.delete'>>[number];

/** Every limit has the maxima that it was given last, or is gone if it was deleted last. The id of one that is gone may be given again. */
export function checkMaxima(history: History, look: Look): Violation[] {
  const operations = ofKinds(history.operations, 'limit.create', 'limit.update', 'limit.delete').filter(
    (operation) => history.presence(operation) !== 'no',
  );
  const rows = Map.groupBy(look.counters, ({ limitId }) => limitId);
  const known = operations.map(idOf).filter((id) => id !== undefined);
  return [...new Set([...known, ...rows.keys()])].flatMap((id) => {
    const ofLimit = operations.filter((operation) => (idOf(operation) ?? id) === id);
    const certain = ofLimit.filter((operation) => history.presence(operation) === 'yes');
    const last = ofLimit.filter((operation) => !certain.some(({ from }) => from > operation.until));
    const possible = [...last.map(maximaAfter), ...(certain.length === 0 ? [undefined] : [])];
    const found = maximaOf(rows.get(id));
    if (possible.some((maxima) => isDeepStrictEqual(maxima, found))) return [];
    const says = `Limit ${id} is not as it was acknowledged to be.`;
    return [{ says, operations: ofLimit, rows: rows.get(id) ?? [] }];
  });
}

/** `undefined`: of one that was made, and nobody was told which it is. */
function idOf(operation: OfLimit): number | undefined {
  return operation.kind === 'limit.create' ? operation.answer?.limitId : operation.wanted.limitId;
}

function maximaAfter(operation: OfLimit): Maxima | undefined {
  return operation.kind === 'limit.delete' ? undefined : operation.wanted.maxima;
}

function maximaOf(rows: readonly CounterRow[] | undefined): Maxima | undefined {
  if (!rows) return undefined;
  const most = (dimension: CounterRow['dimension']) => rows.find((row) => row.dimension === dimension)?.most ?? null;
  return { tokens: most('tokens'), requests: most('requests'), cost: most('cost') };
}
