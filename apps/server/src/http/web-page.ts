/** Something that is served beside the API: to everybody, by GET and HEAD, and the same for all. */
export interface WebPage {
  readonly path: `/${string}`;
  /** Answers with these headers, or others of the same names. @throws {IronError} which becomes a problem */
  readonly answer: (headers: Record<string, string>) => Response | Promise<Response>;
}

/** A page of JSON. */
export function jsonAnswer(value: unknown, headers: Record<string, string>): Response {
  return new Response(JSON.stringify(value), { headers: { ...headers, 'content-type': 'application/json' } });
}
