import { spawnSync } from 'node:child_process';
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { machineHasCurl, makeCurlFolder } from './curl/curl-folder.ts';
import type { Block } from './document-blocks.ts';
import { type DocumentPostgres, namesPostgres, startDocumentPostgres } from './document-postgres.fixture.ts';
import { type DocumentServer, startServer } from './document-server.ts';
import { pnpmFolder } from './find-pnpm.ts';
import { type Outcome, tool } from './run-program.ts';
import { copyWorkspace, temporaryFolder, WORKSPACE } from './workspace.ts';

/** Where the `ts` blocks are put: a folder in which the packages of the workspace are installed. */
const PROGRAMS = 'documents';
const PACKAGES = [
  'packages/errors',
  'packages/calendar',
  'packages/test-clones',
  'packages/db',
  'packages/tokens',
  'packages/usage',
  'packages/limits',
  'packages/admission',
  'packages/testkit',
  'apps/server',
];

const COMPILER = {
  extends: '@iron/tsconfig/base.json',
  compilerOptions: { noUnusedLocals: false }, // an example shows a value without using it
  include: ['.'],
};

/** What Node.js has compiled for an earlier document is there for the next: the same program starts some hundred times. */
const COMPILED_HERE = 'node_modules/.cache/compiled-in-copies';
const COMPILED = join(WORKSPACE, COMPILED_HERE);

const RUN_SQL = `${PROGRAMS}/run-sql.ts`;

/** Runs SQL as a person would in a shell: prints each row, and what SQLite has against a statement. */
const SQL_PROGRAM = `
import { openSqliteDatabase } from '@iron/db';
using database = await openSqliteDatabase('sqlite:///./dev_tokens.db?mode=rw');
for (const sql of (process.argv[2] ?? '').split(/;$/m).filter((text) => /^\\s*[a-z]/im.test(text))) {
  try {
    const statement = database.connection.prepare<[], unknown[]>(sql);
    if (!statement.reader) statement.run();
    else for (const row of statement.raw().iterate()) console.log(row.join('|'));
  } catch (error) {
    console.log(String(error));
  }
}
`;

/**
 * A copy of the workspace in which the blocks of one document are played, one after the other. A block that ends with
 * `&` starts a server, which is there for all that follow; one that names a database of PostgreSQL, its server.
 */
export class DocumentStage implements AsyncDisposable {
  readonly #cleanUp = new DisposableStack();
  readonly #workspace = realpathSync(this.#cleanUp.use(copyWorkspace()).path);
  readonly #temporary = realpathSync(this.#cleanUp.use(temporaryFolder('documents')).path);
  readonly #kept = join(this.#temporary, 'exported.sh');
  #server: DocumentServer | undefined;
  #postgres: DocumentPostgres | undefined;

  constructor() {
    mkdirSync(join(this.#temporary, 'bin'));
    symlinkSync(join(this.#workspace, 'apps/cli/bin/iron.js'), join(this.#temporary, 'bin/iron')); // as npm installs it
    writeFileSync(join(this.#temporary, '.curlrc'), 'silent\nshow-error\n'); // as on a terminal, where it shows no progress
    if (!machineHasCurl()) makeCurlFolder(this.#temporary);
    mkdirSync(COMPILED, { recursive: true });
    mkdirSync(join(this.#workspace, dirname(COMPILED_HERE)), { recursive: true });
    symlinkSync(COMPILED, join(this.#workspace, COMPILED_HERE));
    this.#write(`${PROGRAMS}/tsconfig.json`, JSON.stringify(COMPILER));
    this.#write(RUN_SQL, SQL_PROGRAM);
    const installed = join(this.#workspace, PROGRAMS, 'node_modules/@iron');
    mkdirSync(installed, { recursive: true });
    for (const name of PACKAGES) symlinkSync(join(this.#workspace, name), join(installed, basename(name)));
  }

  /** What the block prints. The copy is called /srv/iron there. Throws when the block fails. */
  async play(block: Block): Promise<string> {
    const { status, output } = await this.#runBlock(block);
    if (status !== 0) throw new Error(`The block ended with ${status}:\n${output}`);
    return output;
  }

  /** What the compiler has against the `ts` blocks that were played. */
  findTypeErrors(): string {
    return this.#run(tool('tsc'), '-p', PROGRAMS).output;
  }

  async #runBlock({ language, text, line }: Block): Promise<Outcome> {
    switch (language) {
      case 'sh':
        if (namesPostgres(text)) this.#postgres ??= await startDocumentPostgres();
        return text.endsWith(' &\n') ? await this.#startServer(text) : this.#runShell(text);
      case 'sql':
        return this.#run(tool('node'), RUN_SQL, text);
      case 'ts':
        return text.includes("from 'vitest'")
          ? this.#run(tool('vitest'), 'run', this.#write(`${PROGRAMS}/line-${line}.test.ts`, text))
          : this.#run(tool('node'), this.#write(`${PROGRAMS}/line-${line}.ts`, text));
      case 'toml':
        this.#write(fileNamedIn(text), text);
        return { status: 0, output: '' };
      case 'text':
        throw new Error('Text is not played.');
    }
  }

  /** With a server the blocks are a terminal's, in which what was exported stays; else each has one of its own. */
  #runShell(text: string): Outcome {
    const lines = ['exec 2>&1', text];
    if (this.#server) lines.unshift(`if [ -f ${this.#kept} ]; then . ${this.#kept}; fi`);
    if (this.#server) lines.push(`export -p > ${this.#kept}`);
    const onServer = this.#server?.addressOf(lines.join('\n')) ?? lines.join('\n');
    return this.#run('sh', '-euc', this.#postgres?.addressOf(onServer) ?? onServer);
  }

  async #startServer(text: string): Promise<Outcome> {
    const place = { cwd: this.#workspace, env: this.#environment() };
    this.#server = await startServer(text.replace(/ &\n$/, ''), place);
    return { status: 0, output: this.#server.shownAs(this.#server.greeting) };
  }

  #write(name: string, text: string): string {
    const path = join(this.#workspace, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return name;
  }

  #run(program: string, ...words: string[]): Outcome {
    const { status, stdout, stderr, error } = spawnSync(program, words, {
      cwd: this.#workspace,
      encoding: 'utf8',
      env: this.#environment(),
    });
    if (error) throw error;
    const printed = `${stdout}${stderr}`;
    const onServer = this.#server?.shownAs(printed) ?? printed;
    const output = this.#postgres?.shownAs(onServer) ?? onServer;
    return { status, output: output.replaceAll(this.#workspace, '/srv/iron').replaceAll(this.#temporary, '/tmp') };
  }

  /** Nothing else of the person's own environment: a DB_PATH in it would lead out of the copy. */
  #environment(): NodeJS.ProcessEnv {
    return {
      HOME: process.env['HOME'],
      PATH: [
        join(this.#temporary, 'bin'),
        join(this.#temporary, 'curl'),
        join(WORKSPACE, 'node_modules/.bin'), // the Node.js that `iron` needs
        pnpmFolder(),
        process.env['PATH'],
      ].join(delimiter),
      CURL_HOME: this.#temporary,
      TMPDIR: this.#temporary,
      NO_COLOR: '1',
      NODE_COMPILE_CACHE: join(this.#workspace, COMPILED_HERE),
      NODE_COMPILE_CACHE_PORTABLE: '1', // a module is known by where it lies from there, which is the same in each copy
      pnpm_config_verify_deps_before_run: 'false',
      ...this.#postgres?.variables,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.stop();
    await this.#postgres?.[Symbol.asyncDispose]();
    this.#cleanUp.dispose();
  }
}

/** A `toml` block is the file that its first line names. */
function fileNamedIn(text: string): string {
  const name = /^# ([\w.-]+)\n/.exec(text)?.[1];
  if (name === undefined) throw new Error('The first line names no file.');
  return name;
}
