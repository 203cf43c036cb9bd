import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { SecretText } from './secret-text.ts';

describe('SecretText', () => {
  test('is … wherever it is printed, and itself only where it is asked for', () => {
    const secret = new SecretText('hunter2');
    const holder = { secret };
    expect(secret.reveal()).toBe('hunter2');
    expect([String(secret), inspect(secret), JSON.stringify(secret)]).toEqual(['…', '…', '"…"']);
    expect(inspect(holder, { showHidden: true, depth: Infinity })).not.toContain('hunter2');
    expect(JSON.stringify([Object.entries(secret), holder])).not.toContain('hunter2');
  });
});
