import { execFileSync } from 'node:child_process';

/** Who PostgreSQL runs as. */
export interface UnprivilegedUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * PostgreSQL refuses to run as root; then it runs as `nobody`, who is on every machine, so that no user has to be made.
 * `undefined`: it runs as whoever runs the tests.
 */
export function unprivilegedUser(): UnprivilegedUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return { uid: idOfNobody('-u'), gid: idOfNobody('-g') };
}

function idOfNobody(flag: '-u' | '-g'): number {
  return Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
}
