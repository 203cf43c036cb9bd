import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProgram } from '@iron/test-program';
import { expect, onTestFinished, test, vi } from 'vitest';
import { removeLeftRuns } from './left-runs.ts';
import { sqliteStage } from './sqlite-stage.ts';

const RUN = new URL('./killed-run-program.fixture.ts', import.meta.url);

/** What there is that has the name of that folder: so many processes, mounted disks, and the folder itself. */
function tracesOf(folder: string): { processes: number; disks: number; folder: boolean } {
  const lines = (...[file, ...words]: [string, ...string[]]) =>
    execFileSync(file, words, { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line.includes(folder)).length;
  return { processes: lines('ps', '-axww', '-o', 'args'), disks: lines('mount'), folder: existsSync(folder) };
}

test('what a run leaves that is killed is gone when the next one begins, and a run that goes on keeps its own', async () => {
  using own = mkdtempDisposableSync(join(tmpdir(), 'iron-left-runs-'));
  vi.stubEnv('TMPDIR', own.path); // or another run that begins meanwhile would remove what is left of this one
  onTestFinished(() => void vi.unstubAllEnvs());
  await using stage = await sqliteStage();
  await using run = startProgram(RUN);
  const folder = (await run.nextLine()) ?? '';
  const disks = stage.folders.disk ? 1 : 0;
  expect(tracesOf(folder)).toEqual({ processes: 2, disks, folder: true });

  await run.kill();
  await expect.poll(() => tracesOf(folder).processes).toBe(0);
  expect(tracesOf(folder)).toEqual({ processes: 0, disks, folder: true });
  await removeLeftRuns();

  expect(tracesOf(folder)).toEqual({ processes: 0, disks: 0, folder: false });
  expect(tracesOf(stage.folders.root)).toEqual({ processes: 0, disks, folder: true });
});
