import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Block, readBlocks, readScenes, type Scene } from './document-blocks.ts';
import { WORKSPACE } from './workspace.ts';

export interface Document {
  /** Its path in the workspace. */
  readonly name: string;
  readonly text: string;
  readonly scenes: readonly Scene[];
  /** `text` blocks that show nothing that is printed here. */
  readonly unplayed: readonly Block[];
}

/** The documents of the workspace. The Quick start is not among their scenes: it is played from an empty machine. */
export const DOCUMENTS: readonly Document[] = globSync(
  ['*.md', 'docs/**/*.md', '{apps,examples,packages}/*/README.md'],
  {
    cwd: WORKSPACE,
  },
)
  .toSorted()
  .map((name) => {
    const text = readFileSync(join(WORKSPACE, name), 'utf8');
    const blocks = readBlocks(text).filter((block) => !block.text.startsWith('npx -y pnpm@'));
    return { name, text, ...readScenes(blocks) };
  });
