/** A message of PostgreSQL's protocol: a letter, and all its bytes. */
export interface Message {
  readonly type: string;
  readonly bytes: Buffer;
}

/** What a client has prepared: by its name, the message that prepared it. */
export type Prepared = Map<string, Buffer>;

/** Looks after prepared statements on one connection to a server, which clients share. */
export interface StatementKeeper {
  /** What is to be sent for a client's message. */
  translate(message: Message, prepared: Prepared): Buffer;
  /** Whether an answer of the server's is for the client, and not for what was sent beside. */
  isForClient(answer: Message): boolean;
}

/** Each client has its own statements, as in PgBouncer 1.21 and later: they are prepared anew wherever they are needed. */
export function keepStatements(): StatementKeeper {
  const expected: { readonly type: string; readonly isForClient: boolean }[] = [];
  const prepare = (name: string, parse: Buffer, isForClient: boolean) => {
    expected.push({ type: '3', isForClient: false }, { type: '1', isForClient });
    return Buffer.concat([closeStatement(name), parse]);
  };
  return {
    translate({ type, bytes }, prepared) {
      if (type === 'Q' || type === 'S') expected.push({ type: 'Z', isForClient: true });
      const name = nameIn(type, bytes);
      if (name === '') return bytes;
      if (type === 'P') {
        prepared.set(name, bytes);
        return prepare(name, bytes, true);
      }
      const parse = prepared.get(name);
      return parse ? Buffer.concat([prepare(name, parse, false), bytes]) : bytes;
    },
    isForClient({ type }) {
      // After an error there are no answers to what follows, up to the one that says so.
      if (type === 'Z') while (expected.shift()?.type !== 'Z');
      return type === '1' || type === '3' ? expected.shift()?.isForClient === true : true;
    },
  };
}

/** Each client prepares on whatever connection it happens to have, as in PgBouncer before 1.21. */
export function overlookStatements(): StatementKeeper {
  return { translate: ({ bytes }) => bytes, isForClient: () => true };
}

/** The statement that a message prepares, or binds to a portal; '' where it has no name. */
function nameIn(type: string, bytes: Buffer): string {
  const [first = '', second = ''] = type === 'P' || type === 'B' ? bytes.toString('latin1', 5).split('\0', 2) : [];
  return type === 'P' ? first : second;
}

function closeStatement(name: string): Buffer {
  const content = Buffer.from(`S${name}\0`, 'latin1');
  const head = Buffer.alloc(5);
  head.write('C', 'latin1');
  head.writeUInt32BE(content.length + 4, 1);
  return Buffer.concat([head, content]);
}
