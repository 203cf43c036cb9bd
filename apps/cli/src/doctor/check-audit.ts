import { type IronDatabase, verifyAudit } from '@iron/db';
import { checkOf, type DoctorCheck } from './doctor-check.ts';

/** Whether the chain of each log is whole. */
export async function checkAudit(database: IronDatabase): Promise<DoctorCheck[]> {
  const logs = await verifyAudit(database.reader);
  return logs.map(({ log, broken }) =>
    checkOf(log, {
      problems: broken === null ? [] : [`row ${broken.id}: ${broken.problem}`],
      hint: 'Somebody changed the log by hand. Compare it with a backup: `iron db backups` lists them.',
    }),
  );
}
