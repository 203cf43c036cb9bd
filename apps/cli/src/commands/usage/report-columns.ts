import type { ReportDimension } from '@iron/usage';
import type { UsageReportDocument } from '../../json-documents.ts';

export type Dimension = ReportDimension;
export type Interval = 'hour' | 'day' | 'month';
export type ReportRow = UsageReportDocument['items'][number];
export type Sums = UsageReportDocument['totals'];

export const DIMENSIONS: { readonly [Name in Dimension]: Name } = {
  token: 'token',
  user: 'user',
  project: 'project',
  agent: 'agent',
  provider: 'provider',
  model: 'model',
};

/** What a line says of a dimension; null: in no project, of no agent. */
export function valueOf(row: ReportRow, dimension: Dimension): string | number | null {
  switch (dimension) {
    case 'token':
      return row.tokenId ?? null;
    case 'user':
      return row.userId ?? null;
    case 'project':
      return row.projectId ?? null;
    case 'agent':
      return row.agentId ?? null;
    case 'provider':
      return row.provider ?? null;
    case 'model':
      return row.model ?? null;
  }
}

/** Whether nothing of it has a price: then its cost is not zero, but unknown. */
export function isUnpriced({ requests, unpricedRequests }: Sums): boolean {
  return unpricedRequests !== '0' && unpricedRequests === requests;
}
