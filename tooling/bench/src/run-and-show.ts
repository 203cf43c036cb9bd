import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { benchmarkDocument, commandOf, type Run } from './benchmark-document.ts';
import type { Flags } from './flags.ts';
import { describeMachine, type Machine } from './machine.ts';
import { installPeers } from './peers/install-peers.ts';
import { plotsOf } from './plots-of.ts';
import { reportText } from './report.ts';
import { type Measured, runBenchmark } from './run-benchmark.ts';
import { FULL_SCALE, QUICK_SCALE } from './scale.ts';
import { Stage } from './stage.ts';

const QUICK_NOTE =
  '--quick: too small to judge by; the targets are about databases of 1 GB and of a million calls. Not all parts are in it.';

type Wanted = Pick<Flags, 'quick' | 'parts' | 'withPeers' | 'json' | 'plots'>;

/** Runs parts, prints each when it is done, and writes it down: what ends early has not been for nothing. */
export async function runAndShow(wanted: Wanted, out: { write(text: string): unknown }): Promise<void> {
  const { quick, parts, withPeers } = wanted;
  const scale = quick ? QUICK_SCALE : FULL_SCALE;
  if (withPeers && parts.some(({ usesPeers }) => usesPeers)) await installPeers();
  await using stage = new Stage(scale, withPeers);
  const startedAt = new Date().toISOString();
  const measured: Measured[] = [];
  const describe = async (): Promise<Run> => ({
    startedAt,
    quick,
    machine: await describeMachine(stage.serverVersion),
    scale,
  });
  const write = writer(wanted);
  write(await describe(), measured); // whoever names a file that cannot be written hears it now
  for await (const part of runBenchmark(stage, parts)) {
    measured.push(part);
    out.write(`${reportText(part)}\n  Again: ${commandOf(part.part, quick)}\n\n`);
    write(await describe(), measured);
  }
  const { machine } = await describe();
  out.write(`${machineText(machine)}\n${quick ? `${QUICK_NOTE}\n` : ''}`);
}

/** Writes all that has been measured so far. */
function writer({ json, plots }: Wanted): (run: Run, measured: readonly Measured[]) => void {
  const [file, folder] = [json, plots].map((path) => (path === undefined ? undefined : resolve(folderTypedIn(), path)));
  if (file !== undefined) mkdirSync(dirname(file), { recursive: true });
  if (folder !== undefined) mkdirSync(folder, { recursive: true });
  return (run, measured) => {
    if (file !== undefined) writeFileSync(file, `${JSON.stringify(benchmarkDocument(run, measured), null, 2)}\n`);
    if (folder === undefined) return;
    for (const { name, svg } of plotsOf(measured)) writeFileSync(join(folder, name), svg);
  };
}

/** pnpm runs a script in its package's folder, and keeps the person's. */
function folderTypedIn(): string {
  return process.env['INIT_CWD'] ?? process.cwd();
}

function machineText({ processor, processors, system, folder }: Machine): string {
  return `${processor}, ${processors} processors, ${system}, in ${folder}`;
}
