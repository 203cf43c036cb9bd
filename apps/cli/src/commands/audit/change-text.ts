import { showTime, showUsd } from '../../output/units.ts';

/** What was changed, for a cell of a table: `name: laptop → desk, scopes: usage:read`. What is empty says nothing. */
export function showChanges(changes: unknown): string {
  const { before, after, ...rest } = fieldsOf(changes);
  const [former, present, others] = [fieldsOf(before), fieldsOf(after), Object.entries(rest)];
  const told = after === undefined ? [...Object.entries(former), ...others] : others;
  return [...showMoves(former, present), ...told.filter(([, value]) => !isEmpty(value)).map(showField)].join(', ');
}

/** Each field that is something else afterwards. */
function showMoves(former: Fields, present: Fields): string[] {
  return Object.entries(present).flatMap(([name, value]) => {
    const [from, to] = [former[name], value].map((one) => (isEmpty(one) ? 'none' : showValue(name, one)));
    return from === to ? [] : [`${name}: ${from} → ${to}`];
  });
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

function showField([name, value]: [string, unknown]): string {
  return `${name}: ${showValue(name, value)}`;
}

function showValue(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map((one) => showValue(name, one)).join(' ');
  if (typeof value === 'number' && TIME.test(name)) return showTime(value);
  return typeof value === 'number' && MONEY.test(name) ? showUsd(value) : JSON.stringify(value);
}

const TIME = /At$|From$|^from$|^to$/;
const MONEY = /Nanos/;
