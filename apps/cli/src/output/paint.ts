import { styleText } from 'node:util';
import type { Context, TextStream } from '../context.ts';

type Format = Parameters<typeof styleText>[0];

/** Colours `text` where its reader can see colours, and leaves it alone everywhere else. */
export type Paint = (format: Format, text: string) => string;

/** Only a terminal gets colours, and not when NO_COLOR (or `TERM=dumb`) says that it wants none. */
export function paintFor(stream: TextStream, { env }: Pick<Context, 'env'>): Paint {
  const isColourless = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  if (!stream.isTTY || isColourless) return (_format, text) => text;
  return (format, text) => styleText(format, text, { validateStream: false });
}
