import { STATUS_CODES } from 'node:http';
import { problemHeaders } from '../http/answer.ts';
import {
  BodyTooLargeError,
  HeadersTooLargeError,
  MalformedRequestError,
  RequestTimeoutError,
} from '../http/http-errors.ts';
import type { ProblemAnswer } from '../http/problem.ts';

/** What Node.js found wrong with a request that it could not read, as an error of ours. */
export function explainUnreadable({ code = '' }: NodeJS.ErrnoException): Error {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new RequestTimeoutError();
    case 'HPE_HEADER_OVERFLOW':
      return new HeadersTooLargeError();
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new BodyTooLargeError(0);
    default:
      return new MalformedRequestError();
  }
}

/** An answer as it goes over the wire, for a request that there is no object of. */
export function rawAnswer(answer: ProblemAnswer): string {
  const { status } = answer.problem;
  const body = JSON.stringify(answer.problem);
  const headers = { ...problemHeaders(answer), 'content-length': Buffer.byteLength(body), connection: 'close' };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`;
}
