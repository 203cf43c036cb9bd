import { styleText } from 'node:util';
import type { TextStream } from '../context.ts';

type Format = Parameters<typeof styleText>[0];

/** Colours `text` where its reader can see colours, and leaves it alone everywhere else. */
export type Paint = (format: Format, text: string) => string;

/** Only a terminal gets colours, and not when NO_COLOR (or `TERM=dumb`) says that it wants none. */
export function paintFor(stream: TextStream): Paint {
  if (!stream.isTTY) return (_format, text) => text;
  return (format, text) => styleText(format, text, { stream });
}
