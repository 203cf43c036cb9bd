import Database from 'better-sqlite3';

/** Goes on as a user without any rights beyond those of everybody; as who it is already, if that is not root. */
export function becomeNobody(): void {
  new Database(':memory:').close(); // loads the driver, which may lie where nobody else may look
  if (process.getuid?.() !== 0) return;
  process.setgid?.(65_534);
  process.setuid?.(65_534);
}
