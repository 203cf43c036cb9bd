import { z } from 'zod';

/** What an endpoint answers that has `mediaTypes`: text in pieces, each of them made when the client has taken the last. */
export const textStream = z.strictObject({
  /** `text/csv; charset=utf-8` */
  mediaType: z.string(),
  /** What it is called where it is saved. */
  fileName: z.string().regex(/^[\w.-]+$/),
  pieces: z.custom<AsyncIterable<string>>(
    (value) => typeof value === 'object' && value !== null && Symbol.asyncIterator in value,
  ),
});

export type TextStream = z.output<typeof textStream>;

export interface StreamOptions {
  readonly headers: Readonly<Record<string, string>>;
  /** Breaks off the connection that the answer goes to; `null`: it goes to somebody in this process. */
  readonly breakOff: (() => void) | null;
  /** Is told why an answer was broken off. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * The answer with these pieces. When the client goes away no more are made. When one cannot be made, the connection is
 * broken off, so that nobody takes what there is for the whole.
 */
export function streamAnswer({ mediaType, fileName, pieces }: TextStream, options: StreamOptions): Response {
  const headers = {
    ...options.headers,
    'content-type': mediaType,
    'content-disposition': `attachment; filename="${fileName}"`,
  };
  return new Response(bodyOf(pieces[Symbol.asyncIterator](), options), { headers });
}

function bodyOf(pieces: AsyncIterator<string>, { breakOff, onFailure }: StreamOptions): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let isWanted = true;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const next = await pieces.next();
          if (!isWanted) return;
          if (next.done) controller.close();
          else controller.enqueue(encoder.encode(next.value));
        } catch (error) {
          onFailure(error);
          if (breakOff) breakOff();
          else controller.error(error);
        }
      },
      async cancel() {
        isWanted = false;
        await pieces.return?.();
      },
    },
    { highWaterMark: 0 }, // nothing is made ahead
  );
}
