import { IronError } from '@iron/errors';

/** One thing that is wrong with a request. */
export interface InputProblem {
  /** `/inputTokens`: a JSON pointer into the body, or the name of a parameter. */
  readonly where: string;
  readonly message: string;
}

/** There is nothing at this path. */
export class NothingHereError extends IronError {
  readonly code = 'http.not_found';
  constructor() {
    super('There is nothing at this path.', { hint: '/openapi.json and /docs say what there is.' });
  }
}

/** It is not HTTP, or not as this server takes it. */
export class MalformedRequestError extends IronError {
  readonly code = 'http.malformed_request';
  constructor() {
    super('The request is not HTTP as it should be.', { hint: 'Nothing was changed.' });
  }
}

/** The lines before the body are longer than this server reads. */
export class HeadersTooLargeError extends IronError {
  readonly code = 'http.headers_too_large';
  constructor() {
    super('The headers are longer than this server reads.', {
      hint: 'Nothing was changed. Leave out what is not needed.',
    });
  }
}

/** The client did not send its whole request in time. */
export class RequestTimeoutError extends IronError {
  readonly code = 'http.request_timeout';
  constructor() {
    super('The request did not come to its end in time.', { hint: 'Nothing was changed. Send it again, and faster.' });
  }
}

/** The path is there, and does not take this method. */
export class MethodNotAllowedError extends IronError {
  readonly code = 'http.method_not_allowed';
  readonly allowed: readonly string[];
  constructor(allowed: readonly string[]) {
    super(`This path takes ${allowed.join(', ')}.`, { details: { allowed: allowed.join(', ') } });
    this.allowed = allowed;
  }
}

/** The body is longer than this endpoint reads. */
export class BodyTooLargeError extends IronError {
  readonly code = 'http.body_too_large';
  constructor(mostBytes: number) {
    super(`The body is longer than ${mostBytes} bytes.`, { hint: 'Nothing was changed.', details: { mostBytes } });
  }
}

/** The body is not said to be JSON. */
export class NotJsonError extends IronError {
  readonly code = 'http.not_json';
  constructor() {
    super('The body has to be JSON as it is, and not compressed.', {
      hint: 'Send the header `Content-Type: application/json`, and no `Content-Encoding`.',
    });
  }
}

/** The body is said to be JSON and is not, or it did not come to its end. */
export class MalformedJsonError extends IronError {
  readonly code = 'http.malformed_json';
  constructor() {
    super('The body is not JSON in UTF-8.', { hint: 'Nothing was changed.' });
  }
}

/** The arrays and objects of the body are nested deeper than anything that is asked for here. */
export class NestedTooDeeplyError extends IronError {
  readonly code = 'http.nested_too_deeply';
  constructor(most: number) {
    super(`The JSON of the body is nested more than ${most} deep.`, {
      hint: 'Nothing was changed. What is nested so deeply can be sent as a text.',
      details: { most },
    });
  }
}

/** A parameter of the path or of the query is missing, unknown or wrong; or, in the body, a field. */
export class InvalidRequestError extends IronError {
  readonly code = 'http.invalid_request';
  readonly problems: readonly InputProblem[];
  readonly part: 'query' | 'body' | 'header' | 'request';
  constructor(part: 'query' | 'body' | 'header' | 'request', problems: readonly InputProblem[]) {
    super(`The ${part} does not fit: ${problems.map(({ where, message }) => `${where}: ${message}`).join('; ')}.`, {
      hint: 'Nothing was changed. Unknown fields are refused, not ignored. /docs says what fits.',
    });
    this.part = part;
    this.problems = problems;
  }
}

/** The server ends, and takes no new requests. */
export class DrainingError extends IronError {
  readonly code = 'http.draining';
  constructor() {
    super('The server is about to end.', { hint: 'Try again: another one may be there.' });
  }
}
