import { AdmissionController } from '@iron/admission';
import { openDatabase } from '@iron/db';
import { LimitEnforcer } from '@iron/limits';
import { TokenStorage } from '@iron/tokens';
import { UsageTracker } from '@iron/usage';

// Opens every service on the database that is named on the command line, and stays until it is killed.
const database = await openDatabase({ kind: 'file', path: process.argv[2] ?? '', mode: 'rw' });
await AdmissionController.open(database);
await LimitEnforcer.open(database);
await TokenStorage.open(database);
await UsageTracker.open(database);
process.stdout.write('ready\n');
setInterval(() => {}, 1_000_000);
