import { basename } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { plant, type Planted } from './plant-violation.ts';
import type { Outcome } from './run-program.ts';
import { CHECKS, type Violation } from './violations.ts';
import { copyWorkspace } from './workspace.ts';

const workspace = copyWorkspace();
afterAll(() => workspace[Symbol.dispose]());

describe.each(CHECKS)('$name', ({ run, together = false, violations }) => {
  test('passes what nothing is planted in', () => {
    expect(run(workspace.path)).toMatchObject({ status: 0 });
  });

  const rounds = together ? [violations] : violations.map((violation) => [violation]);
  describe.each(rounds.map((planted) => ({ planted })))('run once', ({ planted }) => {
    let outcome: Outcome;
    beforeAll(() => {
      const files = filesOf(planted);
      using _ = plant(workspace.path, files);
      outcome = run(workspace.path, Object.keys(files));
    });

    test.each(planted)('refuses $what', (violation) => {
      const { status, output } = outcome;
      const names = violation.names ?? basename(Object.keys(violation.files)[0] ?? '');
      const about = together ? output.split('\n').filter((line) => line.includes(names)) : [output];
      expect(output).toContain(names);
      expect(about.join('\n')).toContain(violation.says);
      expect(status).not.toBe(0);
    });
  });
});

function filesOf(violations: readonly Violation[]): Readonly<Record<string, Planted>> {
  return Object.fromEntries(violations.flatMap(({ files }) => Object.entries(files)));
}
