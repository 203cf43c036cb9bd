import { aboutNothing, type RequestMaker } from '../request-maker.fixture.ts';

export const AUDIT_REQUESTS: Readonly<Record<string, RequestMaker>> = {
  listAuditEntries: aboutNothing(() => ({ query: { entityType: 'token' } })),
  listUserAuditEntries: aboutNothing(() => ({ query: { operation: 'create' } })),
  verifyAudit: aboutNothing(),
};
