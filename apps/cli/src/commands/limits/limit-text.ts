import type { CommandContext } from '../../context.ts';
import { DONE } from '../../exit-code.ts';
import type { Outcome } from '../../grammar/command.ts';
import type { LimitDocument, LimitsDocument, LimitStatesDocument } from '../../json-documents.ts';
import { gauge } from '../../output/bar.ts';
import { listOutcome } from '../../output/list-outcome.ts';
import type { Paint } from '../../output/paint.ts';
import { type Cell, pairs, table } from '../../output/table.ts';
import { showAge, showTime, showUsd } from '../../output/units.ts';

type LimitState = LimitStatesDocument['states'][number];

export function limitOutcome(limit: LimitDocument): Outcome<LimitDocument> {
  return { document: limit, text: (paint) => pairs(limitLines(limit), paint), exitCode: DONE };
}

export function limitsOutcome(part: LimitsDocument): Outcome<LimitsDocument> {
  return listOutcome(part, {
    heading: ['id', 'user', 'project', 'tokens a day', 'requests a minute', 'cost a month', 'time zone', 'created'],
    row: ({ id, userId, projectId, timeZone, createdAt, ...maxima }) => [
      id,
      userId,
      projectId ?? 'all',
      maxima.maxTokensPerDay,
      maxima.maxRequestsPerMinute,
      maxima.maxCostNanosPerMonth === null ? null : showUsd(maxima.maxCostNanosPerMonth),
      timeZone,
      showTime(createdAt),
    ],
    none: 'There is no limit.',
  });
}

/** How full limits are: with gauges on a terminal. */
export function statesOutcome(
  document: LimitStatesDocument,
  { stdout, now }: Pick<CommandContext, 'stdout' | 'now'>,
): Outcome<LimitStatesDocument> {
  return {
    document,
    text: (paint) =>
      document.states.length === 0
        ? 'Nothing is limited.'
        : statesTable(document.states, { isDrawn: stdout.isTTY ?? false, now: now() }, paint),
    exitCode: DONE,
  };
}

const WHAT: Readonly<Record<LimitState['dimension'], string>> = {
  tokens: 'tokens a day',
  requests: 'requests a minute',
  cost: 'cost a month',
};
const GAUGE_WIDTH = 20;

function statesTable(
  states: readonly LimitState[],
  { isDrawn, now }: { isDrawn: boolean; now: number },
  paint: Paint,
): string {
  const heading = ['limit', 'user', 'project', 'of what', ...(isDrawn ? [''] : []), 'full'];
  return table(
    [...heading, 'used', 'held', 'left', 'of', 'overage', 'resets'],
    states.map((state) => [
      state.limitId,
      state.userId,
      state.projectId ?? 'all',
      WHAT[state.dimension],
      ...(isDrawn ? [gauge({ used: state.settled, held: state.held, whole: state.max }, GAUGE_WIDTH)] : []),
      `${percentOf(state)} %`,
      ...amountsOf(state),
      `in ${showAge(state.resetsAt - now)}`,
    ]),
    paint,
  );
}

/** Rounded down: 100 % is full, and nothing else. */
function percentOf({ settled, held, max }: LimitState): number {
  return max === 0 ? 100 : Math.floor(((settled + held) / max) * 100);
}

function amountsOf({ dimension, settled, held, left, max, overage }: LimitState): Cell[] {
  return [settled, held, left, max, overage].map((amount) => (dimension === 'cost' ? showUsd(amount) : amount));
}

function limitLines(limit: LimitDocument): [string, Cell][] {
  const { maxTokensPerDay: tokens, maxRequestsPerMinute: requests, maxCostNanosPerMonth: cost } = limit;
  return [
    ['Id', limit.id],
    ['User', limit.userId],
    ['Project', limit.projectId ?? 'all'],
    ['Tokens', tokens === null ? 'any' : `${tokens} a day`],
    ['Requests', requests === null ? 'any' : `${requests} a minute`],
    ['Cost', cost === null ? 'any' : `${showUsd(cost)} a month`],
    ['Time zone', limit.timeZone],
    ['Created', showTime(limit.createdAt)],
    ['Changed', showTime(limit.updatedAt)],
  ];
}
