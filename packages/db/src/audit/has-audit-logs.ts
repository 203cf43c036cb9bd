import { SCHEMA } from '../postgres/iron-schema.ts';
import type { Reader, SqlText } from '../work/queries.ts';

/** Whether both chained logs are there: {@link verifyAudit} can be asked, however old or damaged the rest is. */
export async function hasAuditLogs(reader: Reader): Promise<boolean> {
  const found = await reader.statement<[], { logs: number }>(COUNT_LOGS).get();
  return found?.logs === 2;
}

const COUNT_LOGS: SqlText = {
  sqlite: "SELECT count(*) AS logs FROM sqlite_schema WHERE type = 'table' AND name IN ('audit_log', 'user_audit_log')",
  postgres: `
    SELECT count(*) AS logs FROM pg_tables WHERE schemaname = '${SCHEMA}' AND tablename IN ('audit_log', 'user_audit_log')`,
};
