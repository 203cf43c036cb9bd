import type { PostgresLocation, PostgresServerSettings } from '@iron/db';
import { type Findings, NOTHING_FOUND } from './doctor-check.ts';

/** Whether the server keeps what it has acknowledged, and runs what keeps the tables in order. */
export function checkServerSettings(settings: PostgresServerSettings): Findings {
  const problems = [
    ...(settings.fsync ? [] : ['fsync is off: a crash of the machine can destroy the database']),
    ...(settings.fullPageWrites ? [] : ['full_page_writes is off: a crash of the machine can leave half a page']),
    ...(settings.synchronousCommit === 'off'
      ? ['synchronous_commit is off: a crash of the server loses what was committed last']
      : []),
    ...(settings.sessionReplicationRole === 'origin'
      ? []
      : [`session_replication_role is ${settings.sessionReplicationRole}: no trigger keeps sums, logs and references`]),
  ];
  const hint =
    'Put back what the server does by itself: ALTER SYSTEM RESET …, then SELECT pg_reload_conf(). What is set for a ' +
    'user or a database alone, ALTER ROLE … RESET … and ALTER DATABASE … RESET … undo.';
  return { problems, hint };
}

const OF_THIS_MACHINE = /^(\/|localhost$|127(\.\d+){3}$|::1$)/;

/** Whether what goes to the server and back is encrypted, unless it stays on this machine. */
export function checkEncryption({ host, ssl }: PostgresLocation): Findings {
  if (ssl.mode !== 'disable' || OF_THIS_MACHINE.test(host)) return NOTHING_FOUND;
  return {
    problems: [`whoever is on the way to ${host} can read everything: sslmode is disable`],
    hint: 'Set sslmode=verify-full in the URL, and sslrootcert where the server has an authority of its own.',
    verdict: 'warning',
  };
}
