import { DONE } from '../../exit-code.ts';
import type { Outcome } from '../../grammar/command.ts';
import type { TraceDocument, TracesDocument } from '../../json-documents.ts';
import { listOutcome } from '../../output/list-outcome.ts';
import { pairs } from '../../output/table.ts';
import { showTime, showUsd } from '../../output/units.ts';

export function tracesOutcome(part: TracesDocument): Outcome<TracesDocument> {
  return listOutcome(part, {
    heading: ['id', 'time', 'token', 'provider', 'model', 'status', 'ms', 'tokens', 'cost', 'request'],
    row: (trace) => [
      trace.id,
      showTime(trace.tracedAt),
      trace.tokenId,
      trace.provider,
      trace.model,
      statusOf(trace),
      trace.durationMs,
      trace.totalTokens,
      trace.costNanos === null ? null : showUsd(trace.costNanos),
      trace.requestId,
    ],
    none: 'There is no such trace.',
  });
}

/** One call, with what was sent and answered where that was kept. */
export function traceOutcome(trace: TraceDocument): Outcome<TraceDocument> {
  const { requestPayload, responsePayload, costNanos } = trace;
  return {
    document: trace,
    text: (paint) =>
      pairs(
        [
          ['Id', trace.id],
          ['Time', showTime(trace.tracedAt)],
          ['Token', trace.tokenId],
          ['Request', trace.requestId ?? 'none'],
          ['Provider', trace.provider],
          ['Model', trace.model],
          ['Endpoint', trace.endpoint],
          ['Status', statusOf(trace)],
          ['Took', `${trace.durationMs} ms`],
          ['Input tokens', trace.inputTokens ?? 'not known'],
          ['Output tokens', trace.outputTokens ?? 'not known'],
          ['All tokens', trace.totalTokens ?? 'not known'],
          ['Cost', costNanos === null ? 'not known' : showUsd(costNanos)],
          ['Sent', requestPayload ?? 'not kept'],
          ['Answered', responsePayload ?? 'not kept'],
        ],
        paint,
      ),
    exitCode: DONE,
  };
}

function statusOf({ responseStatus }: { readonly responseStatus: number | null }): string {
  return responseStatus === null ? 'no answer' : String(responseStatus);
}
