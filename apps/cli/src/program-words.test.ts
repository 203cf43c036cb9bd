import { expect, test } from 'vitest';
import { programWords } from './program-words.ts';

const NODE = '/opt/node/bin/node';
const PNPM = { npm_config_user_agent: 'pnpm/12.21.0 npm/? node/v24.21.0 linux x64', PATH: '/opt/node/bin:/bin' };
const NPX_PNPM = { ...PNPM, npm_execpath: '/home/me/.npm/_npx/f00/node_modules/pnpm/bin/pnpm.cjs' };

test.each([
  ['the db script', { ...PNPM, npm_lifecycle_event: 'db' }, '/srv/iron/apps/cli/bin/iron.js', 'pnpm --filter cli'],
  ['the iron script', { ...PNPM, npm_lifecycle_event: 'iron' }, '/srv/bin/iron.js', 'pnpm --filter cli iron'],
  [
    'a pnpm that only npx has',
    { ...NPX_PNPM, npm_lifecycle_event: 'db' },
    '/x/iron.js',
    'npx -y pnpm@12.21.0 --filter cli',
  ],
  ['a file, inside another script', { ...PNPM, npm_lifecycle_event: 'test' }, '/x/iron.js', 'node /x/iron.js'],
  ['a file', { PATH: '/bin:/opt/node/bin' }, '/x/iron.js', 'node /x/iron.js'],
  ['a file, by a node that is not on the path', { PATH: '/bin' }, '/x/iron.js', '/opt/node/bin/node /x/iron.js'],
  ['an installed program', { PATH: '/bin' }, '/usr/local/bin/iron', 'iron'],
  ['npx', { npm_lifecycle_event: 'npx' }, '/srv/app/node_modules/.bin/iron', 'npx iron'],
])('the words for %s', (_, env, script, expected) => {
  expect(programWords(env, script, NODE).join(' ')).toBe(expected);
});
