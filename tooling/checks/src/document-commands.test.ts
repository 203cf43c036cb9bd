import { expect, test } from 'vitest';
import { ironCommands } from './document-commands.ts';

test.each([
  ['pnpm --filter cli db reset-seed', ['db reset-seed']],
  ['pnpm --filter cli db migration new add_notes', ['db migration new']],
  ['pnpm -C apps/cli db inspect api_tokens', ['db inspect']],
  ['pnpm --filter cli iron config --json', ['config']],
  ['pnpm --filter cli iron serve 2> iron.log &', ['serve']],
  ['`iron tokens create --user ada`, or `iron usage report`', ['tokens create', 'usage report']],
  ['pnpm --filter cli iron agents create support', ['agents create']],
  ['pnpm --filter cli iron tokens show 7 | pnpm --filter cli iron doctor', ['tokens show', 'doctor']],
  ['iron tokens list --json\nIRON_TOKEN=x iron limits show | cat', ['tokens list', 'limits show']],
  ['token="$(iron tokens create --user ada --quiet)" && iron keys base-url 2 none', ['tokens create', 'keys base-url']],
  ['node bin/iron serve; ./iron doctor; my-iron doctor', []],
  ['iron itself, or `iron db …` of the npm package', []],
])('%s names %j', (text, commands) => {
  expect(ironCommands(text)).toEqual(commands);
});
