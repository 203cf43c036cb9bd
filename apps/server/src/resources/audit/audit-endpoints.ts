import { type Endpoint, endpoint } from '../../http/endpoint.ts';
import { auditPage, listAuditQuery, listUserAuditQuery, userAuditPage, verificationSchema } from './audit-schemas.ts';

const READ = { scope: 'audit:read', user: 'none', viewer: 'none' } as const;

export const listAuditEntries = endpoint({
  id: 'listAuditEntries',
  method: 'get',
  path: '/api/audit',
  summary: 'Changes to tokens, limits, provider keys, agents and prices, the newest first',
  access: READ,
  query: listAuditQuery,
  answer: { status: 200, description: 'A part of the log', body: auditPage },
  handle: async ({ query, services }) => await services.audit.listEntries(query),
});

export const listUserAuditEntries = endpoint({
  id: 'listUserAuditEntries',
  method: 'get',
  path: '/api/audit/users',
  summary: 'Changes to accounts, the newest first',
  access: READ,
  query: listUserAuditQuery,
  answer: { status: 200, description: 'A part of the log', body: userAuditPage },
  handle: async ({ query, services }) => await services.audit.listUserEntries(query),
});

export const verifyAudit = endpoint({
  id: 'verifyAudit',
  method: 'get',
  path: '/api/audit/verification',
  summary: 'Whether a row of the logs was changed, put in or left out',
  description: 'Recomputes the chains of hashes of both logs. Other requests are answered meanwhile.',
  access: READ,
  answer: { status: 200, description: 'What was found', body: verificationSchema },
  async handle({ services }) {
    const logs = await services.audit.verifyAudit();
    return { isWhole: logs.every(({ broken }) => broken === null), logs };
  },
});

export const AUDIT_ENDPOINTS: readonly Endpoint[] = [listAuditEntries, listUserAuditEntries, verifyAudit];
