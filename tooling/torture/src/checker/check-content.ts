import type { DatabaseLifecycle } from '@iron/db';
import { type Lineage, presenceOf } from '../history/lineage.ts';
import type { Operation } from '../history/operation.ts';
import { checkAudit } from './audit-rule.ts';
import { checkHolds } from './hold-rule.ts';
import { checkLimits } from './limit-rule.ts';
import { lookAt } from './look.ts';
import { checkMaxima } from './maxima-rule.ts';
import { checkPrices } from './price-rule.ts';
import { checkTokens, secretsIn } from './token-rule.ts';
import { checkUsage } from './usage-rule.ts';
import type { History, Violation } from './violation.ts';

/** Which database to compare with what was done. */
export interface Checked {
  readonly url: string;
  readonly lifecycle: DatabaseLifecycle;
  readonly lineage: Lineage;
  readonly operations: readonly Operation[];
}

/** Everything in a database that contradicts what was acknowledged, or what Iron says must be so. */
export async function checkContent({ url, lifecycle, lineage, operations }: Checked): Promise<Violation[]> {
  const history: History = { operations, presence: (operation) => presenceOf(operation, lineage) };
  const look = await lookAt(url, lifecycle, secretsIn(history));
  return [
    ...look.findings.map((finding) => ({ says: 'A verification finds something.', operations: [], rows: [finding] })),
    ...[checkTokens, checkUsage, checkPrices, checkHolds, checkLimits, checkMaxima, checkAudit].flatMap((check) =>
      check(history, look),
    ),
  ];
}
