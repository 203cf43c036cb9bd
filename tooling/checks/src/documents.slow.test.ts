import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Block } from './document-blocks.ts';
import { playedCommands } from './document-commands.ts';
import { DocumentStage } from './document-stage.ts';
import { DOCUMENTS } from './documents.ts';
import { correctShown, inOneLine, withoutVarying } from './printed-text.ts';
import { runProgram, tool } from './run-program.ts';
import { WORKSPACE } from './workspace.ts';

describe.each(DOCUMENTS.filter(({ scenes }) => scenes.length > 0))('$name', ({ scenes }) => {
  let stage: DocumentStage;
  beforeAll(() => {
    stage = new DocumentStage();
  });
  afterAll(async () => await stage[Symbol.asyncDispose]());

  for (const { block, shown } of scenes) {
    test(`line ${block.line}, ${titleOf(block)}`, async () => {
      const plain = (text: string) => withoutVarying(printsJson(block) ? inOneLine(text) : text);
      const printed = plain(await stage.play(block));
      for (const [index, text] of shown.entries()) {
        const inDocument = plain(text);
        expect(inDocument).toBe(correctShown(inDocument, printed, { whole: index === 0 }));
      }
    });
  }

  const programs = scenes.filter(({ block }) => block.language === 'ts');
  test.each(programs.slice(-1))('every ts block up to line $block.line type-checks', () => {
    expect(stage.findTypeErrors()).toBe('');
  });
});

test('the documents play every command that iron has', () => {
  const { output } = runProgram(tool('node'), ['apps/cli/bin/iron.js', '--help'], WORKSPACE);
  const [, listed = ''] = /^Commands:\n([^]*?)\n\n/m.exec(output) ?? [];
  const commands = listed.split('\n').map((line) => /^ {2}([a-z-]+(?: [a-z-]+)*)/.exec(line)?.[1]);
  const played = new Set<string | undefined>(playedCommands(DOCUMENTS));

  expect(commands.length).toBeGreaterThan(50);
  expect(commands.filter((command) => !played.has(command))).toEqual([]);
});

/** Whether a block prints JSON. */
function printsJson({ text }: Block): boolean {
  return /\bcurl |--json\b/.test(text);
}

function titleOf({ language, text }: Block): string {
  return `${language}: ${text.trimStart().split('\n')[0]}`;
}
