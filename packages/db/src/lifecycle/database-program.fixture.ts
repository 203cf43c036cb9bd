import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';

/** What another process does with a database: one with its tables migrated. */
const ACTIONS = {
  /** Reads once and stays. In WAL mode this leaves `-wal` and `-shm`. */
  hold: (database: Database.Database) => countUsers(database),

  /** Commits a row that is only in the `-wal`, and stays. */
  commit: (database: Database.Database) => {
    database.pragma('journal_mode = WAL');
    database.pragma('wal_autocheckpoint = 0');
    addUser(database, 'committed');
  },

  /** The same in a database of another program, see `makeForeignDatabase`. */
  'commit-note': (database: Database.Database) => {
    database.pragma('journal_mode = WAL');
    database.exec("INSERT INTO notes VALUES ('committed')");
  },

  /** Is in the middle of a transaction in rollback mode, with changed pages in the file and a journal beside it. */
  'half-write': (database: Database.Database) => {
    database.pragma('journal_mode = DELETE');
    database.pragma('cache_size = 5');
    database.exec('BEGIN IMMEDIATE; DELETE FROM users');
    for (let number = 0; number < 2_000; number += 1) addUser(database, `half-written ${number}`);
  },

  /** Holds the file so that nobody else may even read it. */
  lock: (database: Database.Database) => {
    database.pragma('journal_mode = DELETE');
    database.exec('BEGIN EXCLUSIVE');
  },

  /** Adds a user and an agent of the same name in one transaction, again and again. */
  'write-pairs': async (database: Database.Database) => {
    database.pragma('journal_mode = WAL');
    const addAgent = database.prepare('INSERT INTO agents (name, created_at) VALUES (?, ?)');
    const addPair = database.transaction((name: string) => {
      addUser(database, name);
      addAgent.run(name, Date.now());
    });
    const write = async () => {
      for (let number = 0; ; number += 1) {
        addPair.immediate(`pair ${process.pid} ${number}`);
        if (number % 20 === 0) await sleep(1);
      }
    };
    void write();
  },
} as const;

export type DatabaseAction = keyof typeof ACTIONS;

function isAction(name: string | undefined): name is DatabaseAction {
  return name !== undefined && Object.hasOwn(ACTIONS, name);
}

function countUsers(database: Database.Database): unknown {
  return database.prepare('SELECT count(*) FROM users').pluck().get();
}

function addUser(database: Database.Database, name: string): void {
  database
    .prepare("INSERT INTO users (id, username, role, created_at) VALUES (@name, @name, 'viewer', @at)")
    .run({ name, at: Date.now() });
}

const [, , action, path] = process.argv;
if (isAction(action) && path !== undefined) {
  const database = new Database(path, { fileMustExist: true });
  await ACTIONS[action](database);
  process.stdout.write('ready\n');
  setInterval(() => database.open, 1_000);
}
