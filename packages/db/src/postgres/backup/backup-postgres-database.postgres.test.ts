import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parsePostgresUrl } from '../../connection/parse-postgres-url.ts';
import { refusalOf } from '../../lifecycle/refusal.fixture.ts';
import { ADVISORY_LOCKS_HERE } from '../advisory-locks.fixture.ts';
import { withPostgresLifecycleLock } from '../maintenance/lifecycle-lock.ts';
import { transactionPooler } from '../maintenance/transaction-pooler.fixture.ts';
import { backupPostgresDatabase, listPostgresBackups } from './backup-postgres-database.ts';
import { emptyDatabase, migratedDatabase, NOW } from './backed-up.fixture.ts';
import { postgresName } from '../postgres-name.ts';
import { postgresBackupPlace, unfinishedBackup } from './postgres-backup-place.ts';
import { prunePostgresBackups } from './prune-postgres-backups.ts';

const SCRATCH = "SELECT nspname::text FROM pg_namespace WHERE nspname ~ '^_iron'";

const USER = `INSERT INTO users (id, username, password_hash, email, role, created_at)
  VALUES ('u', 'ü ''"\\ ', '$argon2id$x', 'a@b.c', 'admin', ${NOW}); SELECT 1`;

describe('a backup of a PostgreSQL database', () => {
  test('is named by the database and the UTC time, in backups/ of the folder, for its owner only', async () => {
    const database = await migratedDatabase();

    const backup = await backupPostgresDatabase({ ...database, now: () => NOW });

    const name = `${database.location.database}_backup_20251127_104000.copy.zst`;
    expect(backup.path).toBe(join(database.folder, 'backups', name));
    expect(readdirSync(join(database.folder, 'backups'))).toEqual([name, `${name}.json`]);
    expect(statSync(join(database.folder, 'backups')).mode & 0o777).toBe(0o700);
    expect(statSync(backup.path).mode & 0o777).toBe(0o600);
    expect(statSync(`${backup.path}.json`).mode & 0o777).toBe(0o600);
    expect(listPostgresBackups(database)).toEqual([{ ...backup, verified: true }]);
    expect(JSON.parse(readFileSync(`${backup.path}.json`, 'utf8'))).toMatchObject({ reason: 'manual' });
    expect(await database.ask(SCRATCH)).toEqual([]);
  });

  test('is refused where there is nothing, and where there are tables of another program only', async () => {
    const database = await emptyDatabase();
    await expect(backupPostgresDatabase(database)).rejects.toMatchObject({ code: 'backup.nothing_to_back_up' });
    await database.ask('CREATE TABLE theirs (id bigint); SELECT 1');
    await expect(backupPostgresDatabase(database)).rejects.toMatchObject({
      code: 'database.not_iron',
      message: `The schema public of ${postgresName(database.location)} is not one of Iron's: it holds table theirs.`,
    });
  });

  test('is refused where its folder would lie in a file', async () => {
    const database = await migratedDatabase();
    const file = join(database.folder, 'notes.txt');
    writeFileSync(file, 'mine');

    await expect(backupPostgresDatabase({ ...database, folder: file })).rejects.toMatchObject({
      code: 'backup.no_folder',
      message: `${file} is not a folder, so no backup can be made.`,
    });
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });
});

describe('what a backup of a PostgreSQL database holds', () => {
  test('is said by its manifest: the rows of every table, the migrations and the checksum of the file', async () => {
    const database = await migratedDatabase();
    await database.ask(USER);

    const { rows, migrations, checksum, path } = await backupPostgresDatabase(database);

    expect(rows).toMatchObject({ users: 1, api_tokens: 0, _iron: 1, _migration_001_completed: 1 });
    expect(migrations?.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12]);
    expect(createHash('sha256').update(readFileSync(path)).digest('hex')).toBe(checksum);
  });

  test('is the database as somebody altered it', async () => {
    const database = await migratedDatabase();
    await database.ask(`ALTER TABLE users ADD COLUMN shoe_size numeric(4, 1) DEFAULT 41.5; CREATE TABLE notes (a int[], b jsonb);
      CREATE VIEW names AS SELECT username FROM users; ALTER TABLE users DISABLE TRIGGER ALL; SELECT 1`);

    const { rows } = await backupPostgresDatabase(database);

    expect(rows).toMatchObject({ notes: 0 });
  });

  test('is refused, and leaves nothing behind, where a restore would give something else', async () => {
    const database = await migratedDatabase();
    await database.ask("CREATE SEQUENCE alone; CREATE TABLE notes (a bigint DEFAULT nextval('alone')); SELECT 1");

    const refusal = await refusalOf(backupPostgresDatabase(database));

    expect(refusal.code).toBe('backup.not_verified');
    expect(refusal.message).toMatch('relation "alone" does not exist');
    expect(readdirSync(join(database.folder, 'backups'))).toEqual([]);
    expect(await database.ask(SCRATCH)).toEqual([]);
  });

  test('is an audit log whose chain somebody broke, too: it is the proof', async () => {
    const database = await migratedDatabase();
    await database.ask(`ALTER TABLE audit_log DISABLE TRIGGER USER;
      INSERT INTO audit_log (id, entity_type, entity_id, action, logged_at, previous_hash, hash)
      VALUES (7, 'user', 'a', 'made', ${NOW}, repeat('0', 64), repeat('1', 64)); ALTER TABLE audit_log ENABLE TRIGGER USER; SELECT 1`);

    expect((await backupPostgresDatabase(database)).rows).toMatchObject({ audit_log: 1 });
  });

  test('keeps its foreign keys from hiding that a row refers to nothing: such a database is not backed up', async () => {
    const database = await migratedDatabase();
    await database.ask(`SET session_replication_role = replica;
      INSERT INTO api_tokens (token_hash, user_id, created_at, rotated_from_id) VALUES (repeat('a', 64), 'u', ${NOW}, 99); SELECT 1`);

    expect((await refusalOf(backupPostgresDatabase(database))).message).toMatch('api_tokens_rotated_from_id_fkey');
  });
});

describe('while a PostgreSQL database is backed up', () => {
  test('what killed runs left is removed, and nothing else', async () => {
    const database = await migratedDatabase();
    await database.ask(
      'CREATE SCHEMA _iron_check_0123456789ab; CREATE TABLE _iron_check_0123456789ab.t (); CREATE SCHEMA _iron_check_mine; SELECT 1',
    );
    const place = postgresBackupPlace(database.location, database);
    mkdirSync(place.folder);
    writeFileSync(unfinishedBackup(place), 'half');
    writeFileSync(join(place.folder, 'mine'), '');

    const { path } = await backupPostgresDatabase(database);

    expect(readdirSync(place.folder).toSorted()).toEqual([basename(path), `${basename(path)}.json`, 'mine'].toSorted());
    expect(await database.ask(SCRATCH)).toEqual([{ nspname: '_iron_check_mine' }]);
  });

  test('another command waits for it, and says after a while who has the lock', async () => {
    const database = await migratedDatabase();
    await withPostgresLifecycleLock(database.location, 1_000, async () => {
      const refusal = await refusalOf(withPostgresLifecycleLock(database.location, 100, async () => 'done'));
      expect(refusal.code).toBe('database.in_use');
      expect(refusal.message).toMatch(
        / is in use by PostgreSQL's process \d+ \(iron db at [\d.]+, since \d{4}-[\dT:.-]+Z\)\.$/,
      );
    });
    expect(await withPostgresLifecycleLock(database.location, 100, async () => 'done')).toBe('done');
  });
});

describe('pruning the backups of a PostgreSQL database', () => {
  test('keeps the newest, and drops the others with their manifests', async () => {
    const database = await migratedDatabase();
    const made = [];
    for (const minute of [3, 1, 2]) {
      made.push(await backupPostgresDatabase({ ...database, now: () => NOW + minute * 60_000 }));
    }
    const [first, second, third] = made.map((backup) => ({ ...backup, verified: true }));

    expect(await prunePostgresBackups({ ...database, keep: 2 })).toEqual({ deleted: [first], kept: [third, second] });
    expect(listPostgresBackups(database)).toEqual([third, second]);
  });

  test('drops nothing when the newest was damaged since it was made', async () => {
    const database = await migratedDatabase();
    await backupPostgresDatabase(database);
    const { path, sizeBytes } = await backupPostgresDatabase(database);
    const bytes = readFileSync(path);
    bytes[sizeBytes - 9] = Number(bytes[sizeBytes - 9]) ^ 1;
    writeFileSync(path, bytes);

    await expect(prunePostgresBackups({ ...database, keep: 1 })).rejects.toMatchObject({ code: 'backup.unusable' });

    expect(listPostgresBackups(database)).toHaveLength(2);
  });

  test('leaves no lock behind in a pooler that gives each transaction another connection', async () => {
    const database = await migratedDatabase();
    const location = parsePostgresUrl(await transactionPooler(database.url), process.cwd(), {});

    const pruning = prunePostgresBackups({ ...database, location, keep: 1 });

    await expect(pruning).rejects.toMatchObject({ code: 'database.transaction_pooler' });
    await expect.poll(async () => await database.ask(ADVISORY_LOCKS_HERE)).toEqual([]);
  });
});
