/** Of a shorter key seven characters would be too many. */
const SHORTEST_SHOWN = 20;
const PRINTABLE = /^[\x21-\x7e]*$/;

/** A key as it is listed: its first three and last four characters, `sk-…abcd`; of a short key, or one of several lines, none. */
export function maskKey(key: string): string {
  const first = key.slice(0, 3);
  const last = key.slice(-4);
  return key.length >= SHORTEST_SHOWN && PRINTABLE.test(first + last) ? `${first}…${last}` : '…';
}
