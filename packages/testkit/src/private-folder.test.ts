import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createTestDb, UnsafeTestFolderError } from './index.ts';
import { privateFolder } from './private-folder.ts';
import { type TemporaryRoot, useTemporaryRoot } from './temporary-root.fixture.ts';

const NAME = `iron-testkit-${process.getuid?.() ?? ''}`;

describe('privateFolder', () => {
  test('is made where temporary files go, for this user alone', () => {
    using root = useTemporaryRoot();

    expect(privateFolder()).toBe(join(root.path, NAME));
    expect(lstatSync(privateFolder()).mode & 0o777).toBe(0o700);
  });

  test('is found where a link to the folder for temporary files leads', () => {
    using root = useTemporaryRoot();
    mkdirSync(join(root.path, 'real'));
    symlinkSync('real', join(root.path, 'linked'));
    process.env['TMPDIR'] = join(root.path, 'linked');

    expect(privateFolder()).toBe(join(root.path, 'real', NAME));
  });
});

/** What somebody else may put where the private folder should be. */
const TRAPS: Record<string, (path: string) => void> = {
  'a folder that others may look into': (path) => plantFolder(path, 0o755),
  'a folder that everybody may write to': (path) => plantFolder(path, 0o777),
  'a link to a folder of this user': (path) => {
    mkdirSync(`${path}-mine`, { mode: 0o700 });
    symlinkSync(`${basename(path)}-mine`, path);
  },
  'a link to nowhere': (path) => symlinkSync('nowhere', path),
  'a file': (path) => writeFileSync(path, '', { mode: 0o600 }),
};

function plantFolder(path: string, mode: number): void {
  mkdirSync(path);
  chmodSync(path, mode);
}

async function refusal(root: TemporaryRoot): Promise<unknown> {
  const path = join(root.path, NAME);
  const before = readdirSync(root.path);
  const error: unknown = await createTestDb().catch((reason: unknown) => reason);
  expect(readdirSync(root.path)).toEqual(before);
  expect(existsSync(path) && lstatSync(path).isDirectory() ? readdirSync(path) : []).toEqual([]);
  return error;
}

describe('createTestDb refuses, and leaves as it is,', () => {
  test.each(Object.entries(TRAPS))('%s', async (_what, plant) => {
    using root = useTemporaryRoot();
    plant(join(root.path, NAME));

    expect(await refusal(root)).toBeInstanceOf(UnsafeTestFolderError);
  });

  test.runIf(process.getuid?.() === 0)('a private folder of another user', async () => {
    using root = useTemporaryRoot();
    plantFolder(join(root.path, NAME), 0o700);
    chownSync(join(root.path, NAME), 65_534, 65_534);

    expect(await refusal(root)).toMatchObject({
      code: 'testkit.unsafe_folder',
      message: `${join(root.path, NAME)} cannot hold test databases: it belongs to user 65534, not to user 0.`,
    });
  });
});
