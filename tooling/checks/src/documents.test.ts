import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ironCommands, playedCommands } from './document-commands.ts';
import { DOCUMENTS, type Document } from './documents.ts';
import { WORKSPACE } from './workspace.ts';

const manifest = z
  .object({ packageManager: z.string(), scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(WORKSPACE, 'package.json'), 'utf8')));

const SCRIPTS = new Set(['exec', ...Object.keys(manifest.scripts)]);

/** What `find` finds in the documents, each with the name of its document. */
function inDocuments(find: (document: Document) => readonly string[]): string[] {
  return DOCUMENTS.flatMap((document) => find(document).map((found) => `${document.name}: ${found}`));
}

describe('the documents', () => {
  test('name no command of iron that is not played in some block', () => {
    const played = new Set(playedCommands(DOCUMENTS));
    expect(inDocuments(({ text }) => ironCommands(text).filter((command) => !played.has(command)))).toEqual([]);
  });

  test('name no script that the workspace does not have', () => {
    const scripts = inDocuments(({ text }) =>
      [...text.matchAll(/`pnpm ([a-z][\w:-]*)/g)].map(([, script = '']) => script),
    );
    expect(scripts.filter((script) => !SCRIPTS.has(script.replace(/^.*: /, '')))).toEqual([]);
  });

  test('name no other pnpm than the one that the workspace pins', () => {
    const named = inDocuments(({ text }) => text.match(/\bpnpm@[\w.]+/g) ?? []);
    expect(named.filter((found) => !found.endsWith(`: ${manifest.packageManager}`))).toEqual([]);
  });

  test('have no link that leads nowhere', () => {
    const broken = inDocuments((document) =>
      [...document.text.matchAll(/\]\((?!https?:)([^)]*)\)/g)]
        .map(([, link = '']) => link)
        .filter((link) => !leadsSomewhere(document, link)),
    );
    expect(broken).toEqual([]);
  });

  test('show little that is not played: pictures, and what configuration-document.test.ts compares', () => {
    const counts = DOCUMENTS.map(({ name, unplayed }) => [name, unplayed.length] as const);
    expect(Object.fromEntries(counts.filter(([, count]) => count > 0))).toEqual({
      'README.md': 1,
      'docs/architecture.md': 2,
      'docs/configuration.md': 5,
    });
  });
});

function leadsSomewhere({ name, text }: Document, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = join(WORKSPACE, dirname(name), path);
  if (!existsSync(target)) return false;
  if (anchor === undefined) return true;
  return anchorsOf(path === '' ? text : readFileSync(target, 'utf8')).includes(anchor);
}

/** The anchors that GitHub gives to headings. */
function anchorsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
}
