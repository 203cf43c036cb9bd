import { DONE } from '../exit-code.ts';
import type { Outcome } from '../grammar/command.ts';
import type { NothingDocument } from '../json-documents.ts';
import { visibleText } from './visible-text.ts';

/** Where the API has nothing to answer but that it is done. */
export function doneOutcome(said: string): Outcome<NothingDocument> {
  return { document: {}, text: () => visibleText(said), exitCode: DONE };
}
