import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What a file holds after planting; a function is given what it held before. */
export type Planted = string | ((before: string) => string);

/** Changes files below `folder` until the end of the `using` block. */
export function plant(folder: string, files: Readonly<Record<string, Planted>>): Disposable {
  const undo = new DisposableStack();
  for (const [name, planted] of Object.entries(files)) {
    const path = join(folder, name);
    const before = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
    undo.defer(() => (before === undefined ? rmSync(path) : writeFileSync(path, before)));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, typeof planted === 'string' ? planted : planted(before ?? ''));
  }
  return undo;
}

/** Adds a dependency to the text of a package.json. */
export function withDependency(name: string, version: string): (before: string) => string {
  return (before) =>
    before.replace('"devDependencies": {', `"dependencies": { "${name}": "${version}" },\n"devDependencies": {`);
}

/** Adds a package of the workspace to the dependencies that a package.json has. */
export function withWorkspaceDependency(name: string): (before: string) => string {
  return (before) => before.replace('"dependencies": {', `"dependencies": { "${name}": "workspace:*",`);
}
