import { enableCompileCache, flushCompileCache } from 'node:module';

// The processes that it starts load what is compiled here.
const { directory } = enableCompileCache();
if (directory !== undefined) process.env['NODE_COMPILE_CACHE'] = directory;
const { runCommand } = await import('./run-command.ts');
flushCompileCache();
await runCommand(process.argv.slice(2));
