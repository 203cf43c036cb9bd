/** How text is made part of a drawing: what means something in XML is written otherwise. */
function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

type Attributes = Readonly<Record<string, string | number>>;

/** One element; numbers have one decimal, so that a drawing is the same wherever it is made. */
export function element(name: string, attributes: Attributes, content?: string): string {
  const written = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${typeof value === 'number' ? Number(value.toFixed(1)) : escapeXml(value)}"`,
  );
  return content === undefined ? `<${name}${written.join('')}/>` : `<${name}${written.join('')}>${content}</${name}>`;
}

/** Words at a place. */
export function textAt(x: number, y: number, text: string, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, escapeXml(text));
}

/** A straight line; `kind` is a class of the style. */
export function lineOf(kind: string, from: readonly [number, number], to: readonly [number, number]): string {
  return element('line', { class: kind, x1: from[0], y1: from[1], x2: to[0], y2: to[1] });
}

/** The background belongs to the drawing, and follows the reader's theme: so it can be read on whatever page it is. */
const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #24292f; }
  .title { font-size: 14px; font-weight: 600; }
  .ground { fill: #ffffff; stroke: #d0d7de; }
  .grid { stroke: #d0d7de; }
  .one { stroke: #57606a; stroke-dasharray: 4 3; }
  .whisker { stroke: #24292f; }
  .bar { fill: #54a3e8; }
  .line { fill: none; stroke-width: 2; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .ground { fill: #0d1117; stroke: #30363d; }
    .grid { stroke: #30363d; }
    .one { stroke: #8b949e; }
    .whisker { stroke: #e6edf3; }
    .bar { fill: #2f74b5; }
  }
`;

/** A whole drawing: what screen readers say of it, its title, and what it is made of. */
export function drawing(size: { width: number; height: number }, title: string, content: readonly string[]): string {
  const { width, height } = size;
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: 'img',
  };
  const parts = [
    element('title', {}, escapeXml(title)),
    element('style', {}, STYLE),
    element('rect', { class: 'ground', x: 0.5, y: 0.5, width: width - 1, height: height - 1, rx: 6 }),
    textAt(20, 28, title, { class: 'title' }),
    ...content,
  ];
  return `${element('svg', attributes, `\n${parts.join('\n')}\n`)}\n`;
}
