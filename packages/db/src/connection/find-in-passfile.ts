/** What a line of a list of passwords has to fit. */
export interface PassfileKey {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/** Where servers put their sockets unless they are told otherwise. */
const USUAL_SOCKET_FOLDERS = new Set(['/var/run/postgresql', '/run/postgresql', '/tmp']);

/**
 * The password of the first line that fits, in a list as libpq reads it: `host:port:database:user:password`, where `*`
 * fits everything, `\` stands before a `:` or a `\`, and a line that begins with `#` is a comment. `localhost` fits a
 * socket in a usual place too.
 */
export function findInPassfile(list: string, key: PassfileKey): string | undefined {
  const hosts = USUAL_SOCKET_FOLDERS.has(key.host) ? [key.host, 'localhost'] : [key.host];
  const wanted = [hosts, [String(key.port)], [key.database], [key.user]];
  for (const line of list.split(/\r?\n/)) {
    const [, ...fields] =
      /^((?:[^:\\]|\\.)*):((?:[^:\\]|\\.)*):((?:[^:\\]|\\.)*):((?:[^:\\]|\\.)*):(.*)$/s.exec(line) ?? [];
    const password = fields.at(4);
    const fits = wanted.every((values, index) => fields[index] === '*' || values.includes(unescape(fields[index])));
    if (password !== undefined && fits) return unescape(password);
  }
  return undefined;
}

function unescape(field = ''): string {
  return field.replace(/\\(.)/gs, '$1');
}
