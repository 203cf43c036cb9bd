import { expect, test } from 'vitest';
import { openMapGate } from './map-gate.ts';

test('the floor lets each caller make as many calls as there is room for, and more when the limit is raised', async () => {
  const gate = await openMapGate({ limit: 2 });
  const callThrice = async (caller: string) => [
    await gate.call(caller),
    await gate.call(caller),
    await gate.call(caller),
  ];

  expect(await callThrice('one')).toEqual([null, null, 'refused']);
  await gate.raise({ limit: 4, more: 2 });
  expect(await callThrice('one')).toEqual([null, null, 'refused']);
  expect(await gate.call('another')).toBeNull();
});
