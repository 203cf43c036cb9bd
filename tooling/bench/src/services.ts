import { mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureAdmissions } from './admissions.ts';
import type { Figures } from './figures.ts';
import { measureManyProcesses } from './many-processes.ts';
import { measureRequests } from './requests.ts';
import type { Scale } from './scale.ts';
import { makeServedDatabase } from './served-database.ts';
import { measureReports } from './usage-reports.ts';
import { measureVerifications } from './verifications.ts';

/** The services, on a database of some calls; their reports also on one of more. */
export async function* measureServices(scale: Scale): AsyncGenerator<Figures> {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'iron-bench-'));
  const [few, many] = scale.services.calls;
  const served = await makeServedDatabase(join(folder.path, 'served.db'), few);
  yield await measureVerifications(served, scale.verifications);
  yield await measureAdmissions(served, 'FULL', scale.admissions);
  yield await measureAdmissions(served, 'NORMAL', scale.admissions);
  yield await measureManyProcesses(served, scale.manyProcesses);
  yield await measureRequests(served, scale.requests);
  const larger = await makeServedDatabase(join(folder.path, 'larger.db'), many);
  yield await measureReports(served, larger, scale.reports);
}
