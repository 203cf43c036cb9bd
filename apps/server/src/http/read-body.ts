import {
  BodyTooLargeError,
  InvalidRequestError,
  MalformedJsonError,
  NestedTooDeeplyError,
  NotJsonError,
} from './http-errors.ts';
import { isNestedDeeperThan } from './json-depth.ts';

/** What of a request is needed to read its body. */
export interface BodySource {
  header(name: string): string | undefined;
  arrayBuffer(): Promise<ArrayBuffer>;
  readonly raw: { readonly body: ReadableStream<Uint8Array> | null };
}

const MOST_DEPTH = 100;
const JSON_TYPE = /^application\/json *(?:; *charset="?utf-8"? *)?$/i;

/**
 * The JSON of a body, at most `mostBytes` long; `undefined` where there is none.
 *
 * @throws {BodyTooLargeError | NotJsonError | MalformedJsonError | NestedTooDeeplyError}
 */
export async function readJsonBody(source: BodySource, mostBytes: number): Promise<unknown> {
  const bytes = await readBytes(source, mostBytes);
  if (bytes.byteLength === 0) return undefined;
  if (!isPlainJson(source)) throw new NotJsonError();
  const json = readText(bytes);
  if (isNestedDeeperThan(MOST_DEPTH, json)) throw new NestedTooDeeplyError(MOST_DEPTH);
  try {
    return JSON.parse(json);
  } catch {
    throw new MalformedJsonError();
  }
}

function isPlainJson(source: BodySource): boolean {
  const isPlain = /^(?:identity)?$/i.test(source.header('content-encoding') ?? '');
  return isPlain && JSON_TYPE.test(source.header('content-type') ?? '');
}

const decoder = new TextDecoder('utf-8', { fatal: true });

function readText(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new MalformedJsonError();
  }
}

/** @throws {InvalidRequestError} there is a body where none is taken */
export function requireNoBody(source: BodySource): void {
  const length = source.header('content-length');
  const isEmpty = (length === undefined || length === '0') && source.header('transfer-encoding') === undefined;
  if (!isEmpty) throw new InvalidRequestError('request', [{ where: 'body', message: 'this takes none' }]);
}

async function readBytes(source: BodySource, mostBytes: number): Promise<Uint8Array> {
  const announced = source.header('content-length');
  if (announced !== undefined && Number(announced) > mostBytes) throw new BodyTooLargeError(mostBytes);
  try {
    // Node.js reads no more than was announced.
    if (announced !== undefined) return new Uint8Array(await source.arrayBuffer());
    return source.raw.body ? await readPieces(source.raw.body, mostBytes) : new Uint8Array();
  } catch (error) {
    if (error instanceof BodyTooLargeError) throw error;
    throw new MalformedJsonError(); // the client went away
  }
}

async function readPieces(body: ReadableStream<Uint8Array>, mostBytes: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  // To cancel it would close the connection before the answer is sent.
  for await (const piece of body.values({ preventCancel: true })) {
    length += piece.byteLength;
    if (length > mostBytes) throw new BodyTooLargeError(mostBytes);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
