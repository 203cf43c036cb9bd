import { createAdaptorServer } from '@hono/node-server';
