import { describe, expect, test } from 'vitest';
import { readBlocks, readScenes } from './document-blocks.ts';

const block = (language: string, text = '') => `\`\`\`${language}\n${text}\`\`\`\n`;

describe('the blocks of a document', () => {
  test('are those in fences and those in comments, each with its line', () => {
    const document = `# Title\n\n${block('sh', 'pnpm test\n')}\n<!-- sql\nDROP TABLE users;\n-->\n\n<!-- a remark -->\n`;
    expect(readBlocks(document)).toEqual([
      { language: 'sh', text: 'pnpm test\n', line: 3 },
      { language: 'sql', text: 'DROP TABLE users;\n', line: 7 },
    ]);
  });

  test.each([
    ['of a language that nobody plays', block('bash', 'ls\n')],
    ['without a language', block('')],
    ['indented', '- item\n\n  ```sh\n  ls\n  ```\n'],
    ['in another kind of fence', '~~~sh\nls\n~~~\n'],
    ['that does not end', '```sh\nls\n'],
  ])('are refused when there is one %s', (_, document) => {
    expect(() => readBlocks(document)).toThrow(/is none of|indented or not closed/);
  });
});

test('the text after a block is what the block prints; before the first block, and after a file, nobody prints it', () => {
  const blocks = readBlocks(
    ['text', 'sh', 'text', 'text', 'toml', 'text'].map((language, index) => block(language, `${index}\n`)).join('\n'),
  );
  const [picture, run, , , file, message] = blocks;

  expect(readScenes(blocks)).toEqual({
    scenes: [
      { block: run, shown: ['2\n', '3\n'] },
      { block: file, shown: [] },
    ],
    unplayed: [picture, message],
  });
});
