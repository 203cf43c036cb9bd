import { type DatabaseLocation, loadConfig, type ConfigValue, postgresName } from '@iron/db';
import { basename } from 'node:path';
import { DONE } from '../exit-code.ts';
import { defineCommand } from '../grammar/define-command.ts';
import type { ConfigDocument } from '../json-documents.ts';
import { pairs, table } from '../output/table.ts';

export const config = defineCommand({
  name: 'config',
  summary: 'Show every value in effect and where it comes from',
  explanation:
    'IRON_ENV names the environment, which decides which file is read; environment variables win over the file, and the ' +
    'file over the defaults. Secrets are masked.',
  arguments: {},
  flags: {},
  examples: ['config', 'config --json'],
  run: async (_input, { cwd, env }) => {
    const effective = loadConfig({ folder: cwd, environment: env });
    const { environment, file, database } = effective;
    const values = effective.sources();
    const name = nameOf(database.location);
    const document: ConfigDocument = { environment, file, database: name, values };
    return {
      document,
      text: (paint) =>
        [
          pairs(
            [
              ['Environment', environment],
              ['File', file ?? 'none'],
              ['Database', name],
            ],
            paint,
          ),
          table(
            ['key', 'value', 'source'],
            values.map(({ key, value, source }) => [key, valueText(value), sourceText(source)]),
            paint,
          ),
        ].join('\n\n'),
      exitCode: DONE,
    };
  },
});

function nameOf(location: DatabaseLocation): string {
  switch (location.kind) {
    case 'file':
      return location.path;
    case 'memory':
      return ':memory:';
    case 'postgres':
      return postgresName(location);
  }
}

function valueText(value: ConfigValue['value']): string {
  if (typeof value !== 'object') return String(value);
  return value.length === 0 ? 'none' : value.join(', ');
}

function sourceText(source: ConfigValue['source']): string {
  switch (source.kind) {
    case 'environment':
      return source.variable;
    case 'file':
      return `${basename(source.file)}:${source.line}`;
    case 'default':
      return 'default';
  }
}
