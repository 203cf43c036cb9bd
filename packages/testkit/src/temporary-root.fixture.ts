import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';

/** A folder for temporary files that this process, and those it starts, use until the end of the `using` block. */
export interface TemporaryRoot extends Disposable {
  readonly path: string;
}

export function useTemporaryRoot(): TemporaryRoot {
  const path = mkdtempSync(join(realpathSync(tmpdir()), 'iron testkit ? % ü '));
  vi.stubEnv('TMPDIR', path);
  return {
    path,
    [Symbol.dispose]() {
      vi.unstubAllEnvs();
      rmSync(path, { recursive: true, force: true });
    },
  };
}
