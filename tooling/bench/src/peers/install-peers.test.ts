import { mkdirSync, mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { installPeers } from './install-peers.ts';
import { loadPeer } from './peer.ts';
import { z } from 'zod';

afterEach(() => void vi.unstubAllEnvs());

/** A folder for peers, where others are installed than its lockfile says, unless it is the same; and no pnpm to be found. */
function folderWithout(pnpm: 'pnpm', installed: string, locked: string) {
  const folder = mkdtempDisposableSync(join(tmpdir(), 'iron-bench-test-'));
  mkdirSync(join(folder.path, 'node_modules'));
  writeFileSync(join(folder.path, 'pnpm-lock.yaml'), locked);
  writeFileSync(join(folder.path, 'node_modules', '.installed-lock.yaml'), installed);
  vi.stubEnv('PATH', join(folder.path, `without-${pnpm}`));
  return folder;
}

test('peers that are installed as the lockfile says are not installed again', async () => {
  using folder = folderWithout('pnpm', 'one: 1.0.0', 'one: 1.0.0');

  await expect(installPeers(folder.path)).resolves.toBeUndefined();
});

test('when peers cannot be installed, one is told what installs them and what leaves them out', async () => {
  using folder = folderWithout('pnpm', 'one: 1.0.0', 'one: 1.0.1');

  await expect(installPeers(folder.path)).rejects.toThrow(
    'The peers could not be installed. `pnpm install --frozen-lockfile --dir tooling/bench/peers` installs them and ' +
      'says more; --without-peers leaves them out.',
  );
});

test('a peer that is missing is named, with the command that installs it', async () => {
  await expect(loadPeer('a-peer-that-nobody-has', z.object({}))).rejects.toThrow(
    'a-peer-that-nobody-has is not installed. `pnpm install --frozen-lockfile --dir tooling/bench/peers` installs it.',
  );
});
