import type { DatabaseStatus } from '@iron/db';
import { databaseArguments, databaseFlags } from '../../database/on-database.ts';
import { onLifecycle } from '../../database/on-lifecycle.ts';
import { DONE, FAILED } from '../../exit-code.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import type { StatusDocument } from '../../json-documents.ts';
import type { Paint } from '../../output/paint.ts';
import { pasteable } from '../../output/pasteable.ts';
import { pairs, table } from '../../output/table.ts';
import { showSize, showTime } from '../../output/units.ts';
import { visibleText } from '../../output/visible-text.ts';

export const status = defineCommand({
  name: 'status',
  summary: 'Show migrations, size, and who has the database open',
  explanation:
    'Reads only. Exit code 1 means that something stands in the way of migrations: the line Problem says what.',
  arguments: databaseArguments,
  flags: databaseFlags,
  examples: ['db status', 'db status ./other.db --json', 'db status postgres://iron@db.example.org/iron'],
  run: async ({ arguments: { path }, flags }, context) =>
    onLifecycle<StatusDocument>({ path, ...flags }, 'reads', context, async (lifecycle, database) => {
      const { path: _, problem, ...rest } = await lifecycle.status();
      const hint = problem?.hint && pasteable(problem.hint, context.program, database.flag);
      const state = { ...rest, problem: problem && { ...problem, hint: hint ?? null } };
      return { document: state, text: (paint) => statusText(state, paint), exitCode: problem ? FAILED : DONE };
    }),
});

function statusText(state: StatusDocument, paint: Paint): string {
  const { identity, problem } = state;
  const facts = pairs(
    [
      ['Environment', identity ? identity.environment : 'none yet'],
      ['Created', identity ? showTime(identity.createdAt) : 'not yet'],
      ['Seeded', identity?.seededAt ? showTime(identity.seededAt) : 'no'],
      ['Tables', state.tables],
      ['Indexes', state.indexes],
      ...(state.engine === 'sqlite' ? fileLines(state) : serverLines(state)),
    ],
    paint,
  );
  const migrations = [
    ...state.applied.map(({ number, file, appliedAt }) => [
      file ?? `${number}, unknown to this Iron`,
      appliedAt === null ? 'unknown' : showTime(appliedAt),
    ]),
    ...state.pending.map((file) => [file, 'pending']),
  ];
  const trouble = problem ? [`${paint('red', 'Problem:')} ${problem.message}`, problem.hint ?? ''] : [];
  return [facts, '', table(['migration', 'applied'], migrations, paint), ...trouble].join('\n');
}

function fileLines({ journalMode, sizeBytes, walBytes, holders }: StatusDocument): [string, string][] {
  const size = showSize(sizeBytes);
  return [
    ['Journal', journalMode ?? 'unknown'],
    ['Size', walBytes ? `${size} and ${showSize(walBytes)} of log` : size],
    ['Open in', holderText(holders)],
  ];
}

function serverLines({ server, sizeBytes, holders }: StatusDocument): [string, string][] {
  return [
    ['Server', server ?? 'unknown'],
    ['Size', showSize(sizeBytes)],
    ['Connected', connectedText(holders ?? [])],
  ];
}

function connectedText(holders: NonNullable<DatabaseStatus['holders']>): string {
  if (holders.length === 0) return 'nobody';
  return holders.map(({ pid, command }) => `${visibleText(command)} (process ${pid} of the server)`).join(', ');
}

function holderText(holders: DatabaseStatus['holders']): string {
  if (holders === null) return 'unknown: this system does not tell';
  if (holders.length === 0) return 'no process that can be seen';
  return holders.map(({ pid, command }) => `process ${pid} (${command})`).join(', ');
}
