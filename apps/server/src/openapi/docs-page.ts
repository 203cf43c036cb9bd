import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { WebPage } from '../http/web-page.ts';

/** Nothing from elsewhere, and nothing that stands in the page itself. The pictures are in the style sheet. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  'img-src data:',
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HTML = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Iron: the HTTP API</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/docs/swagger-ui.css">
    <script src="/docs/swagger-ui-bundle.js" defer></script>
    <script src="/docs/start.js" defer></script>
  </head>
  <body>
    <div id="swagger-ui"></div>
  </body>
</html>
`;

/** A token that is typed in stays in the page, and is gone with it. */
const START = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null });
`;

/** They belong to one version of Iron; an hour later a browser asks again. */
const KEPT = 'public, max-age=3600';

/** `/openapi.json`, and `/docs`, which shows it in a browser: Swagger UI, whose files come with Iron. */
export function documentPages(document: object): WebPage[] {
  const json = JSON.stringify(document);
  const script = { 'content-type': 'text/javascript; charset=utf-8', 'cache-control': KEPT };
  const style = { 'content-type': 'text/css; charset=utf-8', 'cache-control': KEPT };
  const html = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': POLICY };
  return [
    page('/openapi.json', () => json, { 'content-type': 'application/json' }),
    page('/docs', () => HTML, html),
    page('/docs/start.js', () => START, script),
    page('/docs/swagger-ui-bundle.js', readOnce('swagger-ui-bundle.js'), script),
    page('/docs/swagger-ui.css', readOnce('swagger-ui.css'), style),
  ];
}

type Content = string | Buffer<ArrayBuffer>;

function page(
  path: WebPage['path'],
  content: () => Content | Promise<Content>,
  headers: Record<string, string>,
): WebPage {
  return { path, answer: async (usual) => new Response(await content(), { headers: { ...usual, ...headers } }) };
}

/** The published package carries the files; in the workspace they are where they were installed. */
function readOnce(name: string): () => Promise<Content> {
  let content: Promise<Content> | undefined;
  return async () => {
    const carried = new URL(`./swagger-ui/${name}`, import.meta.url);
    content ??= readFile(existsSync(carried) ? carried : new URL(import.meta.resolve(`swagger-ui-dist/${name}`)));
    return await content;
  };
}
