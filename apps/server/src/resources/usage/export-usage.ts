import { userAskedFor } from '../../access/own.ts';
import { endpoint } from '../../http/endpoint.ts';
import { textStream } from '../../http/text-stream.ts';
import { exportUsageQuery } from './usage-schemas.ts';

const MEDIA_TYPES = { csv: 'text/csv', ndjson: 'application/x-ndjson' } as const;

export const exportUsage = endpoint({
  id: 'exportUsage',
  method: 'get',
  path: '/api/usage/export',
  summary: 'Usage records as CSV (RFC 4180) or NDJSON, in the order of time',
  description:
    'However many there are: they are read as they are taken. The cost is there in dollars and in nano-dollars, and empty ' +
    'or null where it is not known. In CSV a text that a spreadsheet would take for a formula has an apostrophe before ' +
    'it. If it cannot be read to its end, the connection is broken off.',
  access: { scope: 'usage:read', user: 'own', viewer: 'own' },
  query: exportUsageQuery,
  answer: {
    status: 200,
    description: 'The records',
    body: textStream,
    mediaTypes: Object.values(MEDIA_TYPES),
    headers: { 'Content-Disposition': 'A name to save it under' },
  },
  async handle({ query, services, ...asking }) {
    const { format } = query;
    const userId = userAskedFor(asking, query.userId);
    return {
      mediaType: `${MEDIA_TYPES[format]}; charset=utf-8`,
      fileName: `usage.${format}`,
      pieces: services.usage.exportUsage({ ...query, userId }),
    };
  },
});
