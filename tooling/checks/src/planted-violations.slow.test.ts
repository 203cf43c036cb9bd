import { afterAll, describe, expect, test } from 'vitest';

import { plant } from './plant-violation.ts';
import { CHECKS } from './violations.ts';
import { copyWorkspace } from './workspace.ts';

const workspace = copyWorkspace();
afterAll(() => workspace[Symbol.dispose]());

describe.each(CHECKS)('$name', ({ run, violations }) => {
  test('passes the workspace as it is', () => {
    expect(run(workspace.path)).toMatchObject({ status: 0 });
  });

  test.each(violations)('refuses $what', ({ files, says, names = 'planted' }) => {
    using _ = plant(workspace.path, files);

    const { status, output } = run(workspace.path, Object.keys(files));

    expect(output).toContain(says);
    expect(output).toContain(names);
    expect(status).not.toBe(0);
  });
});
