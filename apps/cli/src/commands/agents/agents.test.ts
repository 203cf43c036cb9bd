import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTerminal, type Terminal } from '../../iron-process.fixture.ts';
import { textMatching } from '../../matchers.fixture.ts';

const NOON = Date.UTC(2026, 2, 1, 12);

/** Seeded, without agents. */
let terminal: Terminal;

beforeAll(async () => {
  terminal = openTerminal({ now: () => NOON });
  await terminal.here('db', 'reset-seed');
});
afterAll(() => terminal[Symbol.dispose]());

test('an agent is made, shown, listed, renamed, given other providers and deleted', async () => {
  expect(await terminal.here('agents', 'create', 'summariser', '--providers', 'openai,anthropic')).toEqual({
    exitCode: 0,
    stderr: '',
    stdout: `Id             1
Name           summariser
Providers      openai anthropic
Created        2026-03-01 12:00:00 UTC
`,
  });
  expect(await terminal.json('agents', 'show', '1')).toEqual({
    id: 1,
    name: 'summariser',
    providers: ['openai', 'anthropic'],
    createdAt: NOON,
  });
  expect((await terminal.here('agents', 'create', 'idle', '--providers', '', '--quiet')).stdout).toBe('2\n');
  expect((await terminal.here('agents', 'list')).stdout).toBe(`id  name        providers         created
 1  summariser  openai anthropic  2026-03-01 12:00:00 UTC
 2  idle        none              2026-03-01 12:00:00 UTC
`);
  expect(await terminal.json('agents', 'rename', '2', 'nightly')).toMatchObject({ id: 2, name: 'nightly' });
  expect(await terminal.json('agents', 'list', '--text', 'night')).toMatchObject({ items: [{ id: 2 }] });
  expect((await terminal.here('agents', 'providers', '1', 'openai')).stdout).toContain('Providers      openai\n');
  expect(await terminal.json('agents', 'providers', '1', '')).toMatchObject({ providers: [] });
  expect(await terminal.here('agents', 'delete', '2', '--yes')).toEqual({
    exitCode: 0,
    stdout: 'Deleted agent 2.\n',
    stderr: '',
  });
  expect(await terminal.json('agents', 'show', '2')).toMatchObject({ error: { code: 'agent.not_found' } });
});

test('an agent whose tokens are there is not deleted, and no two have the same name', async () => {
  const { id } = await terminal.json('agents', 'create', 'busy', '--providers', 'openai');
  await terminal.here('tokens', 'create', '--user', 'ada', '--agent', String(id));

  expect(await terminal.here('agents', 'delete', String(id), '--yes')).toMatchObject({ exitCode: 1, stdout: '' });
  expect(await terminal.json('agents', 'create', 'BUSY', '--providers', '')).toMatchObject({
    error: { code: 'agent.name_taken' },
  });
  expect(await terminal.here('agents', 'delete', String(id))).toMatchObject({
    exitCode: 2,
    stderr: textMatching(/Add --yes to do it\.\n$/),
  });
  expect(await terminal.here('agents', 'create', 'x')).toMatchObject({
    exitCode: 2,
    stderr: 'Error: --providers: is missing.\n',
  });
  expect(await terminal.here('agents', 'providers', String(id), 'a,,b')).toMatchObject({ exitCode: 2 });
});
