import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { describeSource } from './config-layer.ts';
import { Config, type ConfigValue } from './config.ts';
import type { Environment } from '../connection/environment.ts';
import { ENVIRONMENTS } from './environment.ts';
import { loadConfig } from './load-config.ts';
import { projectFolder } from './project-folder.fixture.ts';
import { ALL_SETTINGS, settingName, variableName } from './settings.ts';

const DOCUMENT = readFileSync(new URL('../../../../docs/configuration.md', import.meta.url), 'utf8');

/** The rows of the table under the heading `## <heading>`: its cells, without the marks of code. */
function rowsUnder(heading: string): string[][] {
  const [, section = ''] = DOCUMENT.split(`\n## ${heading}\n`);
  const [, table = ''] = section.split(/^\| ---.*$/m);
  const [rows = ''] = table.trimStart().split('\n\n');
  return rows.split('\n').map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.replaceAll('`', '').trim()),
  );
}

/** The value of every key that nobody sets, by `<environment>.<key>`, as it is shown. */
function defaultsOf(environment: Environment, variables: NodeJS.ProcessEnv = {}): Map<string, string> {
  using project = projectFolder();
  const config = loadConfig({ folder: project.path, environment: { IRON_ENV: environment, ...variables } });
  return new Map(config.sources().map(({ key, value }) => [key, shown(value)]));
}

/** As `iron config` shows it. */
function shown(value: ConfigValue['value']): string {
  return String(value) || 'none';
}

function messageOf(work: () => unknown): string {
  try {
    work();
    return 'no error';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe('docs/configuration.md', () => {
  test.each(ENVIRONMENTS)('lists every key with its variable, and no other, as it is in %s', (environment) => {
    const documented = rowsUnder('The keys').map(([key = '', , , variable = '']) => [
      key.replace('<environment>', environment),
      variable.replace('<ENVIRONMENT>', environment.toUpperCase()),
    ]);
    const actual = ALL_SETTINGS.map((setting) => [
      settingName(setting, environment),
      variableName(setting, environment),
    ]);
    expect(documented).toEqual(actual);
  });

  test('gives the type of every key as errors name it', () => {
    const types = rowsUnder('The keys').map(([, type = '']) => type.replace('whole number,', 'whole number from'));
    expect(types).toEqual(ALL_SETTINGS.map(({ expected }) => expected.replace(/^an? /, '')));
  });

  test('gives the defaults that are used', () => {
    const documented = rowsUnder('The keys').map(([, , fallback = '']) => fallback);
    const inDevelopment = defaultsOf('development');
    const inTest = defaultsOf('test');
    const inProduction = defaultsOf('production', { DATABASE_URL: 'sqlite:///srv/t.db' });

    const connections = 'database.max_connections';
    expect(documented).toEqual([
      `${inDevelopment.get('database.url')} in development, ${inTest.get('database.url')} in test, none in production`,
      inProduction.get('database.password_file') ?? 'none',
      `${inProduction.get(connections)}; ${inTest.get(connections)} for a database in memory`,
      `${inProduction.get('database.auto_migrate')}`,
      `${inProduction.get('database.foreign_keys')}`,
      `${inProduction.get('server.host')}`,
      `${inProduction.get('server.port')}`,
      `${inProduction.get('server.cors_origins')}`,
      `${inProduction.get('server.log_level')}`,
      `${inProduction.get('server.trace_payloads')}`,
      `${inProduction.get('production.debug')}`,
      `${inProduction.get('production.auto_seed')}`,
    ]);
  });

  test('shows the values and lines of the committed config.dev.toml', () => {
    const [, sample = ''] = /^key +value +source\n([^]*?)\n```/m.exec(DOCUMENT) ?? [];
    const documented = sample.split('\n').map((row) => row.split(/ {2,}/));

    const committed = new URL('../../../../config.dev.toml', import.meta.url).pathname;
    const config = Config.fromFile(committed, { environment: { DATABASE_MAX_CONNECTIONS: '10' } });
    const actual = config
      .sources()
      .map(({ key, value, source }) => [
        key,
        shown(value),
        describeSource(source).replace(committed, basename(committed)),
      ]);
    expect(documented).toEqual(actual);
  });

  const samples = [...DOCUMENT.matchAll(/^```toml\n# (\S+)\n[^]*?^```$(\n\n```text\n([^]*?)\n```$)?/gm)];
  test.each(samples.map(([sample, name = '', , output]) => [name, sample, output] as const))(
    'shows what really happens with its sample of %s',
    (name, sample, output) => {
      using project = projectFolder();
      const path = join(project.path, name);
      writeFileSync(path, sample.replace(/^```toml\n/, '').replace(/^```[^]*$/m, ''));

      const expected = (output ?? 'no error').replaceAll('/srv/iron', project.path);
      expect(messageOf(() => Config.fromFile(path))).toBe(expected);
    },
  );

  test('has a working sample and four of errors', () => {
    expect(samples.map(([, , , output]) => output !== undefined)).toEqual([false, true, true, true, true]);
    expect(DOCUMENT.match(/^```toml$/gm)).toHaveLength(samples.length);
  });
});
