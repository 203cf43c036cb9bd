import { expect, test } from 'vitest';
import { pasteable } from './pasteable.ts';

const PNPM = ['pnpm', '--filter', 'cli'];
const FILE = ['--database', "/srv/it's.db"];

test.each([
  ['Restore it with `iron db restore --last`.', ['iron'], [], 'Restore it with `iron db restore --last`.'],
  ['Restore it with `iron db restore --last`.', PNPM, [], 'Restore it with `pnpm --filter cli db restore --last`.'],
  ['See `iron db verify`.', ['iron'], FILE, String.raw`See ${'`'}iron db verify --database '/srv/it'\''s.db'${'`'}.`],
  ['`iron db prune` or `iron db backups`', ['x y'], [], "`'x y' db prune` or `'x y' db backups`"],
  ['See `iron db reset --help`.', PNPM, FILE, 'See `pnpm --filter cli db reset --help`.'],
  ['`iron config`, `iron db migration new <name>`', ['iron'], FILE, '`iron config`, `iron db migration new <name>`'],
  ['Copy it with `iron db copy`.', ['iron'], FILE, 'Copy it with `iron db copy`.'],
  ["Apply them with: iron db migrate '/a b'", PNPM, FILE, "Apply them with: pnpm --filter cli db migrate '/a b'"],
  ['Set `max_connections`, says iron db.', PNPM, FILE, 'Set `max_connections`, says iron db.'],
])('%s, started as %j on %j', (hint, program, flag, expected) => {
  expect(pasteable(hint, program, flag)).toBe(expected);
});
