import { mkdirSync, mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder of the test's own that holds these files, by path and text. Gone at the end of the `using` block. */
export function projectFolder(files: Readonly<Record<string, string>> = {}): Disposable & { readonly path: string } {
  const { path, ...folder } = mkdtempDisposableSync(join(tmpdir(), 'iron-config-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return { path, [Symbol.dispose]: () => folder.remove() };
}
