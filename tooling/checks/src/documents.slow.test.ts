import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Block } from './document-blocks.ts';
import { playedCommands } from './document-commands.ts';
import { DocumentStage } from './document-stage.ts';
import { DOCUMENTS } from './documents.ts';
import { correctShown, withoutVarying } from './printed-text.ts';
import { runProgram, tool } from './run-program.ts';
import { WORKSPACE } from './workspace.ts';

describe.each(DOCUMENTS.filter(({ scenes }) => scenes.length > 0))('$name', ({ scenes }) => {
  let stage: DocumentStage;
  beforeAll(() => {
    stage = new DocumentStage();
  });
  afterAll(() => stage[Symbol.dispose]());

  for (const { block, shown } of scenes) {
    test(`line ${block.line}, ${titleOf(block)}`, () => {
      const printed = withoutVarying(stage.play(block));
      for (const [index, text] of shown.entries()) {
        const inDocument = withoutVarying(text);
        expect(inDocument).toBe(correctShown(inDocument, printed, { whole: index === 0 }));
      }
    });
  }

  test('every ts block type-checks', () => {
    expect(stage.findTypeErrors()).toBe('');
  });
});

test('the documents play every command that iron db has', () => {
  const { output } = runProgram(tool('node'), ['apps/cli/bin/iron.js', 'db', '--help'], WORKSPACE);
  const [, listed = ''] = /^Commands:\n([^]*?)\n\n/m.exec(output) ?? [];
  const commands = listed.split('\n').map((line) => `db ${/^ {2}([a-z-]+(?: [a-z-]+)*)/.exec(line)?.[1]}`);

  expect(commands).toContain('db reset-seed');
  expect(playedCommands(DOCUMENTS)).toEqual(expect.arrayContaining(commands));
});

function titleOf({ language, text }: Block): string {
  return `${language}: ${text.trimStart().split('\n')[0]}`;
}
