import { once } from 'node:events';
import { createServer } from 'node:http';
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openTerminal } from '../../iron-process.fixture.ts';

test('an answer that breaks off is an error, and leaves no half file', async () => {
  using terminal = openTerminal();
  await using server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/csv' });
    response.write('id,recorded_at\r\n', () => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const where = ['--server', `http://127.0.0.1:${port}`, '--token', 'any'];

  const toFile = await terminal.here('usage', 'export', ...where, '--output', 'usage.csv');
  const toStdout = await terminal.here('usage', 'export', ...where);

  const said = 'Error: The answer of the server broke off: what came is not all.\n';
  expect(toFile).toMatchObject({ exitCode: 1, stdout: '' });
  expect(toFile.stderr).toContain(said);
  expect(readdirSync(terminal.folder)).toEqual([]);
  expect(toStdout).toMatchObject({ exitCode: 1, stdout: 'id,recorded_at\r\n' });
  expect(toStdout.stderr).toContain(said);
});
