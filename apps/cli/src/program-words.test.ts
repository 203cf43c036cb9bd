import { mkdirSync, mkdtempDisposableSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { programName, programWords } from './program-words.ts';

const NODE = '/opt/node/bin/node';
const PNPM = { npm_config_user_agent: 'pnpm/12.21.0 npm/? node/? linux x64', npm_execpath: '/usr/bin/pnpm', PATH: '' };
const NPX_PNPM = { ...PNPM, npm_execpath: '/home/me/.npm/_npx/f00/node_modules/pnpm/pnpm' };
const SCRIPT = '/srv/iron/apps/cli/bin/iron.js';

test.each([
  ['the db script', { ...PNPM, npm_lifecycle_event: 'db' }, SCRIPT, 'pnpm --filter cli', 'pnpm --filter cli'],
  [
    'the iron script',
    { ...PNPM, npm_lifecycle_event: 'iron' },
    SCRIPT,
    'pnpm --filter cli iron',
    'pnpm --filter cli iron',
  ],
  [
    'a pnpm that only npx has',
    { ...NPX_PNPM, npm_lifecycle_event: 'db' },
    SCRIPT,
    'npx -y pnpm@12.21.0 --filter cli',
    'npx -y pnpm@12.21.0 --filter cli',
  ],
  ['a file, in another script', { ...PNPM, npm_lifecycle_event: 'test' }, SCRIPT, `${NODE} ${SCRIPT}`, 'iron'],
  ['an installed program', { PATH: '/bin' }, '/usr/local/bin/iron', 'iron', 'iron'],
  ['npx', { npm_lifecycle_event: 'npx' }, '/srv/app/node_modules/.bin/iron', 'npx iron', 'npx iron'],
])('how %s is started again, and what the help calls it', (_, env, script, words, name) => {
  const program = programWords(env, script, NODE);

  expect(program.join(' ')).toBe(words);
  expect(programName(program)).toBe(name);
});

test('node is enough where it is the first one on the path, and its whole path is needed where it is not', () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'iron-path-'));
  const [ours, other] = ['ours', 'other'].map((name) => join(realpathSync(folder.path), name));
  for (const bin of [ours, other]) mkdirSync(bin ?? '');
  writeFileSync(join(ours ?? '', 'node-24'), '');
  symlinkSync('node-24', join(ours ?? '', 'node'));
  writeFileSync(join(other ?? '', 'node'), '');
  const node = join(ours ?? '', 'node-24');

  expect(programWords({ PATH: `/nowhere:${ours}:${other}` }, SCRIPT, node)).toEqual(['node', SCRIPT]);
  expect(programWords({ PATH: `${other}:${ours}` }, SCRIPT, node)).toEqual([node, SCRIPT]);
});
