import { enableCompileCache, flushCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

const COMPILED = fileURLToPath(new URL('../../../node_modules/.cache/compiled', import.meta.url));

// The processes that it starts load what is compiled here.
enableCompileCache(COMPILED);
process.env['NODE_COMPILE_CACHE'] ??= COMPILED;
const { runCommand } = await import('./run-command.ts');
flushCompileCache();
await runCommand(process.argv.slice(2));
