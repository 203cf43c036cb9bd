import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { WORKSPACE } from './workspace.ts';

interface Exported {
  readonly name: string;
  /** The file that an `index.ts` has it from. */
  readonly file: string;
}

const EXPORTS = /(\*\/\n)?export (?:type )?(?:\{([^}]*)\}|\* as (\w+)) from '([^']+)';/g;

/** What the `index.ts` of a package exports under the name that it is declared with, and namespaces without a docstring. */
function exportsOf(index: string): Exported[] {
  return [...readFileSync(join(WORKSPACE, index), 'utf8').matchAll(EXPORTS)].flatMap(
    ([, comment, names = '', namespace, from = '']) => {
      const file = join(dirname(index), from);
      if (namespace !== undefined) return comment === undefined ? [{ name: `* as ${namespace}`, file }] : [];
      const words = names.split(',').map((name) => name.replace(/\btype /, '').trim());
      return words.flatMap((name) => (name === '' ? [] : [{ name: name.replace(/ as .*/, ''), file }]));
    },
  );
}

function hasDocstring({ name, file }: Exported): boolean {
  const kinds = String.raw`(?:abstract )?class|(?:async )?function\*?|interface|type|const`;
  return new RegExp(`\\*/\\nexport (?:${kinds}) ${name}\\b`).test(readFileSync(join(WORKSPACE, file), 'utf8'));
}

test('every name that an index.ts exports has a docstring', () => {
  const exported = globSync('{apps,packages}/*/src/index.ts', { cwd: WORKSPACE }).flatMap(exportsOf);
  expect(exported.length).toBeGreaterThan(300);
  const bare = exported.filter((each) => !hasDocstring(each)).map(({ name, file }) => `${name} (${file})`);
  expect(bare).toEqual([]);
});
