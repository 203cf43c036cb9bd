import { z } from 'zod';

/** Something that a client wants to have done, under a name of its own, however often it has to ask. */
export interface Wish {
  readonly kind: 'token' | 'usage' | 'trace' | 'hold' | 'settlement';
  readonly name: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
  /** What was answered, as often as it was asked and answered. */
  readonly answers: Answer[];
}

interface Answer {
  readonly status: number;
  /** When to ask again, if the server says so. */
  readonly retryAfter: string | null;
  readonly isRepeated: boolean;
  readonly body: string;
}

export interface WorkingClients {
  /** All that was ever asked for. */
  readonly wishes: readonly Wish[];
  /** So many clients ask for one thing after another, until it is over or something is not answered: the server is gone. */
  readonly work: (url: string, clients: number, isOver?: () => boolean) => Promise<void>;
  /** Asks for something again. */
  readonly repeat: (url: string, wish: Wish) => Promise<Answer>;
}

/** @param admin the token of an administrator, who also makes the calls; its id is 1 */
export function workingClients(admin: string): WorkingClients {
  const wishes: Wish[] = [];
  let clientsSoFar = 0;
  const repeat: WorkingClients['repeat'] = async (url, wish) => {
    const response = await fetch(`${url}${wish.path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/json', ...wish.headers },
      body: JSON.stringify(wish.body),
      signal: AbortSignal.timeout(LONGEST_WAIT_MS),
    });
    const answer = {
      status: response.status,
      retryAfter: response.headers.get('retry-after'),
      isRepeated: response.headers.get('idempotent-replayed') === 'true',
      body: await response.text(),
    };
    wish.answers.push(answer);
    return answer;
  };
  const ask = async (url: string, wish: Omit<Wish, 'answers'>): Promise<number> => {
    const asked = { ...wish, answers: [] };
    wishes.push(asked);
    return (await repeat(url, asked)).status;
  };
  const workAlone = async (url: string, isOver: () => boolean) => {
    const client = ++clientsSoFar;
    for (let time = 1; !isOver(); time += 1) {
      const name = `${client}-${time}`;
      for (const wish of wishesOf(name)) await ask(url, wish);
      if ((await ask(url, holdOf(name, admin))) === 201) await ask(url, settlementOf(name));
    }
  };
  return {
    wishes,
    async work(url, clients, isOver = () => false) {
      await Promise.all(Array.from({ length: clients }, () => workAlone(url, isOver).catch(expectNoAnswer)));
    },
    repeat,
  };
}

/** What takes longer has failed. */
const LONGEST_WAIT_MS = 90_000;

const CALL = { provider: 'acme', model: 'large' } as const;

function wishesOf(name: string): Omit<Wish, 'answers'>[] {
  const headers = (kind: string) => ({ 'idempotency-key': `${kind} ${name}` });
  const usage = { tokenId: 1, requestId: `usage-${name}`, ...CALL, inputTokens: 3, outputTokens: 2 };
  const trace = { tokenId: 1, requestId: name, ...CALL, endpoint: '/v1', durationMs: 1 };
  return [
    { kind: 'token', name, path: '/api/tokens', headers: headers('token'), body: { name } },
    { kind: 'usage', name, path: '/api/usage', headers: {}, body: usage },
    { kind: 'trace', name, path: '/api/traces', headers: headers('trace'), body: trace },
  ];
}

function holdOf(name: string, token: string): Omit<Wish, 'answers'> {
  const body = { token, requestId: name, ...CALL, inputTokens: 5, maxOutputTokens: 5 };
  return { kind: 'hold', name, path: '/api/holds', headers: {}, body };
}

function settlementOf(name: string): Omit<Wish, 'answers'> {
  const body = { inputTokens: 5, outputTokens: 2 };
  return { kind: 'settlement', name, path: `/api/holds/${name}/settle`, headers: {}, body };
}

/** What `fetch` throws where there is no answer, or not all of it. */
function expectNoAnswer(error: unknown): void {
  z.instanceof(TypeError).parse(error);
}
