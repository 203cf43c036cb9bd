const [QUOTE, BACKSLASH, LIST, LIST_END, OBJECT, OBJECT_END] = [0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d] as const;

/**
 * Whether the arrays and objects of a JSON text are nested deeper than `most`. `JSON.parse` takes any depth; what walks
 * the value afterwards, `JSON.stringify` among it, runs out of stack.
 */
export function isNestedDeeperThan(most: number, json: string): boolean {
  if (json.length < 2 * most) return false;
  let depth = 0;
  let isInText = false;
  for (let at = 0; at < json.length; at += 1) {
    const sign = json.charCodeAt(at);
    if (sign === BACKSLASH) at += 1;
    else if (sign === QUOTE) isInText = !isInText;
    else if (isInText) continue;
    else if (sign === LIST || sign === OBJECT) depth += 1;
    else if (sign === LIST_END || sign === OBJECT_END) depth -= 1;
    if (depth > most) return true;
  }
  return false;
}
