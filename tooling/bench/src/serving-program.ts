import { serve as listen } from '@hono/node-server';
import { openSqliteDatabase, startCheckpointThread } from '@iron/db';
import { serve } from '@iron/server';
import { Hono } from 'hono';
import { addGateway } from './add-gateway.ts';
import { type Serving, servingSchema } from './serving-process.ts';

// Serves Iron's API, or a bare route, until its parent is gone; tells its memory whenever it is asked.
const asked = servingSchema.parse(JSON.parse(process.argv[2] ?? ''));
const serving: Serving = asked.path === null ? await serveBareRoute() : await serveIron(asked.path);
process.send?.(serving);
process.on('message', () => process.send?.({ bytes: process.memoryUsage.rss() }));
process.on('disconnect', () => process.exit());

/** Reads JSON and answers with JSON, or just answers: what Hono and Node.js alone take. */
async function serveBareRoute(): Promise<Serving> {
  const app = new Hono();
  app.get('/', (c) => c.json({ ok: true }));
  app.post('/', async (c) => c.json({ read: Object.keys(await c.req.json<object>()).length }, 201));
  return await new Promise((resolve) => {
    listen({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) =>
      resolve({ url: `http://127.0.0.1:${port}`, gateway: '' }),
    );
  });
}

async function serveIron(path: string): Promise<Serving> {
  const database = await openSqliteDatabase({ kind: 'file', path, mode: 'rw' });
  const gateway = await addGateway(database);
  startCheckpointThread(database);
  const { url } = await serve(database, { environment: 'development', host: '127.0.0.1', port: 0 });
  return { url, gateway };
}
