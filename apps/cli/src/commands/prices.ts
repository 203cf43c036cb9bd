import type { Noun } from '../grammar/command.ts';
import { book } from './prices/book.ts';
import { books } from './prices/books.ts';
import { importList } from './prices/import.ts';
import { set } from './prices/set.ts';
import { show } from './prices/show.ts';
import { unset } from './prices/unset.ts';

export const prices: Noun = {
  kind: 'noun',
  name: 'prices',
  summary: 'What models cost: look it up, say so, import lists',
  examples: ['prices show openai gpt-4o', 'prices set in-house large --input 0.25 --output 1.00'],
  children: [show, set, unset, books, book, importList],
};
