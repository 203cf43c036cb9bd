import type { Noun } from '../grammar/command.ts';
import { exportUsage } from './usage/export.ts';
import { list } from './usage/list.ts';
import { rebuild } from './usage/rebuild.ts';
import { record } from './usage/record.ts';
import { report } from './usage/report.ts';
import { reprice } from './usage/reprice.ts';
import { unpriced } from './usage/unpriced.ts';
import { verify } from './usage/verify.ts';

export const usage: Noun = {
  kind: 'noun',
  name: 'usage',
  summary: 'What was used and what it cost',
  examples: ['usage report --by user,model --since 30d', 'usage export --output usage.csv'],
  children: [report, list, exportUsage, record, unpriced, reprice, verify, rebuild],
};
