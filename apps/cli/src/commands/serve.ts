import { type Config, loadConfig } from '@iron/db';
import { z } from 'zod';
import type { CommandContext } from '../context.ts';
import { chooseDatabase, type ChosenDatabase, locationOf } from '../database/choose-database.ts';
import { DatabaseCommandError } from '../database/database-command-error.ts';
import { databaseFlag } from '../database/database-flag.ts';
import { DONE } from '../exit-code.ts';
import type { Outcome } from '../grammar/command.ts';
import { defineCommand } from '../grammar/define-command.ts';
import { wholeNumber } from '../grammar/whole-number.ts';
import type { ServeDocument } from '../json-documents.ts';

const HIGHEST_PORT = 65_535;
const port = wholeNumber(0).refine((value) => value <= HIGHEST_PORT, `must be at most ${HIGHEST_PORT}`);

export const serve = defineCommand({
  name: 'serve',
  summary: 'Serve the HTTP API, until Ctrl-C or SIGTERM',
  explanation:
    'Prints where it listens when it does; its log goes to stderr, a line of JSON for each request. What is not typed is\n' +
    'as the configuration says. At the end, requests under way and what they write come to their end; a second Ctrl-C\n' +
    'ends it at once. /docs shows the API in a browser.',
  arguments: {},
  flags: {
    host: z
      .string()
      .min(1, 'must not be empty')
      .optional()
      .meta({ value: '<host>', description: 'Where to listen: a name or an address of this machine' }),
    port: port.optional().meta({ value: '<port>', description: 'The port; 0 is any that is free' }),
    ...databaseFlag,
  },
  examples: ['serve', 'serve --port 8080', 'serve --database ./dev_tokens.db --port 0 --json'],
  run: async ({ flags }, context) => {
    const config = loadConfig({ folder: context.cwd, environment: context.env });
    const chosen = chooseServed(flags, config, context);
    // The commands that need nothing of it start without it.
    const [{ runServer }, { readMasterKey }] = await Promise.all([import('@iron/server'), import('@iron/tokens')]);
    const { promise: listening, resolve } = Promise.withResolvers<Outcome<ServeDocument>>();
    try {
      await runServer({
        config,
        location: chosen && locationOf(chosen),
        folder: context.cwd,
        host: flags.host,
        port: flags.port,
        masterKey: readMasterKey(context.env),
        onListening({ url, database }) {
          const document = { database, url, environment: config.environment };
          resolve(context.present({ document, text: () => `Iron listens on ${url}`, exitCode: DONE }));
        },
      });
    } catch (error) {
      throw chosen ? new DatabaseCommandError(chosen, error) : error;
    }
    return await listening;
  },
});

/** `undefined`: the configured one, in memory, which has no file. */
function chooseServed(
  typed: { readonly database?: string | undefined },
  config: Config,
  context: CommandContext,
): ChosenDatabase | undefined {
  const isConfigured = typed.database === undefined && context.env['DB_PATH'] === undefined;
  return isConfigured && config.database.location.kind === 'memory' ? undefined : chooseDatabase(typed, context);
}
