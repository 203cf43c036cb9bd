const LANGUAGES = ['sh', 'ts', 'sql', 'toml', 'text'] as const;
type Language = (typeof LANGUAGES)[number];

/**
 * A fenced block of a document; or one in a comment, `<!-- sh … -->`, which readers do not see: it brings about the
 * trouble that the next block is about.
 */
export interface Block {
  readonly language: Language;
  readonly text: string;
  /** The line of the document on which the block starts, from 1. */
  readonly line: number;
}

/** A block that does something, and the `text` blocks after it: the first is what it prints, the others are parts of that. */
export interface Scene {
  readonly block: Block;
  readonly shown: readonly string[];
}

const BLOCK = /^(?:```(?<fenced>.*)\n(?<shown>[^]*?)^```|<!-- (?<hidden>sh|sql)\n(?<unseen>[^]*?)^-->)$/gm;
const FENCE = /^\s*(?:```|~~~)/gm;

/** The blocks of a Markdown document. Refuses what it would overlook, and blocks that do not say what they are. */
export function readBlocks(document: string): Block[] {
  const blocks: Block[] = [];
  let fences = 0;
  for (const { groups = {}, index } of document.matchAll(BLOCK)) {
    const line = document.slice(0, index).split('\n').length;
    const { fenced, shown, hidden, unseen } = groups;
    const language = LANGUAGES.find((known) => known === (fenced ?? hidden));
    if (!language) throw new Error(`line ${line}: ${JSON.stringify(fenced)} is none of ${LANGUAGES.join(', ')}`);
    if (fenced !== undefined) fences += 2;
    blocks.push({ language, text: shown ?? unseen ?? '', line });
  }
  if (document.match(FENCE)?.length !== (fences || undefined)) throw new Error('a fence is indented or not closed');
  return blocks;
}

/** Blocks with what they print. `text` blocks before the first of them belong to none. */
export function readScenes(blocks: readonly Block[]): { scenes: Scene[]; unplayed: Block[] } {
  const scenes: (Scene & { readonly shown: string[] })[] = [];
  const unplayed: Block[] = [];
  for (const block of blocks) {
    const last = scenes.at(-1);
    if (block.language !== 'text') scenes.push({ block, shown: [] });
    else if (last && last.block.language !== 'toml') last.shown.push(block.text);
    else unplayed.push(block);
  }
  return { scenes, unplayed };
}
