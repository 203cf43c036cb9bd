import { loadConfig, type ConfigValue } from '@iron/db';
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
    const path = database.location.kind === 'file' ? database.location.path : ':memory:';
    const document: ConfigDocument = { environment, file, database: path, values };
    return {
      document,
      text: (paint) =>
        [
          pairs(
            [
              ['Environment', environment],
              ['File', file ?? 'none'],
              ['Database', path],
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
