import { expect, test } from 'vitest';
import { begun, done, historyOf, looking, saidBy } from './history.fixture.ts';
import { checkPrices } from './price-rule.ts';

const imported = () => done('price.import', { model: 'm' }, { version: 'litellm@1' });
const repriced = (costChangeNanos: string) => done('usage.reprice', {}, { costChangeNanos });

test('finds a price list that was imported and is not there', () => {
  expect(checkPrices(historyOf(imported()), looking({ prices: new Set(['litellm@1']) }))).toEqual([]);
  expect(checkPrices(historyOf(begun('price.import', { model: 'm' })), looking({}))).toEqual([]);
  expect(saidBy(checkPrices(historyOf(imported()), looking({})))).toEqual([
    'Price book litellm@1 was acknowledged and is not there.',
  ]);
});

test('finds that pricing everything anew by the same prices has changed a cost', () => {
  expect(checkPrices(historyOf(repriced('0')), looking({}))).toEqual([]);
  expect(saidBy(checkPrices(historyOf(repriced('-7')), looking({})))).toEqual([
    'The cost of what was used has changed by -7, and no price has.',
  ]);
});
