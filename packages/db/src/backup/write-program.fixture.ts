import Database from 'better-sqlite3';

// Tries to write to the database named on the command line, and prints how that went.
const [, , path = ''] = process.argv;
try {
  new Database(path, { timeout: 0 }).exec('BEGIN IMMEDIATE');
  process.stdout.write('written\n');
} catch (error) {
  process.stdout.write(`${error instanceof Error && 'code' in error ? String(error.code) : String(error)}\n`);
}
