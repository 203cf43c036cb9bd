import { seedDatabase } from '@iron/db';
import { testDatabase } from '@iron/test-database';
import { MasterKey, type Token } from '@iron/tokens';
import { z } from 'zod';
import { bearerAuthentication } from './access/authenticate.ts';
import { createApi } from './api.ts';
import { checkAnswer } from './openapi/check-answer.fixture.ts';
import { openServices, type Services, type ServicesOptions } from './services.ts';

/** What a request asks for, beside its method and path: `post('/api/tokens', { as, body })`. */
export interface Asked {
  /** The secret of a token. */
  readonly as?: string | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer, its body read. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  /** Of JSON the value, or else the text. */
  readonly body: unknown;
}

/** The API over a database of the test's own; nothing listens. Every answer is held against the document. */
export interface TestApi extends AsyncDisposable {
  readonly services: Services;
  /** The test's clock: what is put here is the time. */
  readonly clock: { now: number };
  /** Failures that were the server's own. */
  readonly failures: unknown[];
  ask(request: `${'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'} /${string}`, asked?: Asked): Promise<Answered>;
  /** The status and the code of the problem that is the answer. */
  refusalOf(...request: Parameters<TestApi['ask']>): Promise<[status: number, code: string]>;
  /** A request as it is, however odd. */
  send(method: string, url: string, init: Omit<RequestInit, 'method'>): Promise<Answered>;
  /** An account of this role with a token of these scopes, its id being the name. */
  person(name: string, role: 'admin' | 'user' | 'viewer', scopes?: readonly string[]): Promise<Person>;
}

export interface Person {
  readonly userId: string;
  readonly secret: string;
  readonly token: Token;
}

/** Noon of the first of March 2026, UTC. */
export const NOON = Date.UTC(2026, 2, 1, 12);

const problem = z.looseObject({ code: z.string() });

export interface TestApiOptions extends Pick<ServicesOptions, 'tracePayloads'> {
  /** Put the development data in. Default: no. */
  readonly seeded?: boolean;
}

export async function openTestApi({ seeded = false, ...options }: TestApiOptions = {}): Promise<TestApi> {
  await using opened = new AsyncDisposableStack();
  const { database } = opened.use(await testDatabase({ shared: true }));
  // Nobody pulls the plug here, and thousands of commits are quicker so.
  if (database.engine === 'sqlite') database.connection.pragma('synchronous = OFF');
  if (seeded) await seedDatabase(database);
  const clock = { now: NOON };
  const failures: unknown[] = [];
  const services = opened.use(
    await openServices(database, {
      ...options,
      environment: 'development',
      now: () => clock.now,
      masterKey: MasterKey.fromBase64(Buffer.alloc(32, 7).toString('base64')),
    }),
  );
  const api = createApi({
    services,
    authenticate: bearerAuthentication({ ...services, onRefused: () => undefined }),
    onFailure: ({ error }) => failures.push(error),
  });
  const send: TestApi['send'] = async (method, url, init) => {
    const response = await api.request(url, { ...init, method });
    const text = await response.text();
    const isJson = /^application\/(?:problem\+)?json$/.test(response.headers.get('content-type') ?? '');
    const answered = {
      status: response.status,
      headers: response.headers,
      body: isJson ? (JSON.parse(text) as unknown) : text,
    };
    checkAnswer(method, url, answered);
    return answered;
  };
  const ask: TestApi['ask'] = async (request, { as, body, headers = {} } = {}) => {
    const [method = 'GET', url = '/'] = request.split(' ');
    return await send(method, url, {
      headers: {
        ...(as !== undefined && { authorization: `Bearer ${as}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  };
  const refusalOf: TestApi['refusalOf'] = async (...request) => {
    const { status, body } = await ask(...request);
    return [status, problem.parse(body).code];
  };
  const person: TestApi['person'] = async (name, role, scopes = ['*']) => {
    await services.users.createUser({ id: name, username: name, role });
    const { secret, token } = await services.tokens.createToken({ userId: name, scopes: [...scopes] });
    return { userId: name, secret, token };
  };
  const all = opened.move();
  return {
    services,
    clock,
    failures,
    ask,
    refusalOf,
    send,
    person,
    [Symbol.asyncDispose]: async () => await all.disposeAsync(),
  };
}
