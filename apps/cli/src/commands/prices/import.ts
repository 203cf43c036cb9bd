import { z } from 'zod';
import { apiFlags, withApi } from '../../api/with-api.ts';
import { DONE } from '../../exit-code.ts';
import type { Outcome } from '../../grammar/command.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { oneOf } from '../../grammar/one-of.ts';
import { readJson } from '../../input/read-json.ts';
import type { PriceImportDocument } from '../../json-documents.ts';
import { type Cell, pairs } from '../../output/table.ts';

const SOURCES = oneOf<'litellm' | 'models.dev'>({ litellm: 'litellm', 'models.dev': 'models.dev' });

export const importList = defineCommand({
  name: 'import',
  summary: 'Import a price list of another project, all of it or nothing',
  explanation:
    'Of LiteLLM `model_prices_and_context_window.json`, of models.dev `api.json`. The list takes the place of the one that ' +
    'was imported from there before. Prices that you set come before it all the same.',
  arguments: {
    source: SOURCES.meta({ description: 'litellm or models.dev' }),
    file: z.string().meta({ description: 'The file, or - for stdin' }),
  },
  flags: apiFlags,
  examples: ['prices import litellm ./model_prices_and_context_window.json', 'prices import models.dev - < api.json'],
  run: async ({ arguments: { source, file }, flags: where }, context) => {
    const json = await readJson(file, context);
    return importOutcome(
      await withApi(where, context, async ({ client, api }) =>
        client.call(api.importPrices, { body: { source, json } }),
      ),
    );
  },
});

const MOST_NAMED = 5;

function importOutcome(document: PriceImportDocument): Outcome<PriceImportDocument> {
  const { version, imported, models, unpriced, unpricedModels } = document;
  const named = unpriced.slice(0, MOST_NAMED);
  const others = unpricedModels > named.length ? `, and ${unpricedModels - named.length} more` : '';
  const lines: [string, Cell][] = [
    ['Version', imported ? version : `${version}: this list was imported before, and nothing has changed`],
    ['Models', models],
    ['Without price', unpricedModels === 0 ? 'none' : named.join(', ') + others],
  ];
  return { document, text: (paint) => pairs(lines, paint), exitCode: DONE };
}
