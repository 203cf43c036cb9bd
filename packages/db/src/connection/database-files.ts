/** What SQLite appends to a database's name for the files that belong to it while it is in use or after a crash. */
export const SIDECAR_SUFFIXES = ['-wal', '-shm', '-journal'] as const;

/** The database file and every file that SQLite may keep beside it. */
export function databaseFiles(path: string): string[] {
  return [path, ...SIDECAR_SUFFIXES.map((suffix) => path + suffix)];
}
