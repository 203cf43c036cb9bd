import { InvalidInputError } from '@iron/db';
import { redactPayload, redactText, redactValue } from './redact.ts';

/** Whether requests and answers are kept with a trace: not at all, or without the secrets in them. */
export type TracePayloads = 'off' | 'redacted';

const MOST_BYTES = 65_536;
const MOST_READ = 1_048_576;
const TORN = 4_096;

/**
 * What is stored of a payload: nothing, or at most 64 KiB of UTF-8 without secrets. Text stays text; anything else
 * becomes JSON.
 *
 * @throws {InvalidInputError} it cannot be written as JSON
 */
export function storedPayload(payload: unknown, mode: TracePayloads): string | null {
  if (mode === 'off' || payload === undefined || payload === null) return null;
  if (typeof payload === 'string') return cut(redactLong(payload, redactPayload));
  return cut(redactObject(payload));
}

function redactObject(payload: unknown): string {
  try {
    return redactValue(payload);
  } catch (cause) {
    const why = cause instanceof RangeError ? 'is nested too deeply' : 'cannot be written as JSON';
    throw new InvalidInputError('recordTrace', [`payload: ${why}`]);
  }
}

/** Of a very long text the start is enough. What the cut may have torn is dropped: half a key looks like no key. */
function redactLong(text: string, redact: (text: string) => string): string {
  if (text.length <= MOST_READ) return redact(text);
  return redactText(text.slice(0, MOST_READ)).slice(0, -TORN);
}

function cut(text: string): string {
  const whole = text.toWellFormed().replaceAll('\0', '\uFFFD'); // PostgreSQL has no NUL in a text
  const bytes = Buffer.byteLength(whole);
  if (bytes <= MOST_BYTES) return whole;
  const mark = `… [cut: ${bytes} bytes]`;
  const room = new Uint8Array(MOST_BYTES - Buffer.byteLength(mark));
  return whole.slice(0, new TextEncoder().encodeInto(whole, room).read) + mark;
}
