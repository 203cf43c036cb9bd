const SHOWN_AT_MOST = 200;
const HARMLESS =
  /^(mode=.*|sslmode=(disable|allow|prefer|require|verify-ca|verify-full)|connect_timeout=\d{1,4}|host=(\/|%2F)[\w./%-]*)$/;

/**
 * The URL with everything that may be a secret replaced by `***`: what stands before an `@` in `user:password@host`,
 * the value of every query key but a few that never hold a secret, and the fragment. Works on any text, also on one that
 * is no URL.
 * It masks too much rather than too little.
 */
export function maskUrl(url: string): string {
  const lastAt = url.lastIndexOf('@');
  if (mayHoldPassword(url, lastAt)) {
    return shorten(`${schemeOf(url)}***@${maskQuery(url.slice(lastAt + 1))}`);
  }
  if (lacksHost(url)) return `${schemeOf(url)}***`;
  return shorten(maskQuery(url));
}

/** `postgres://me:hunter2`, whose end was forgotten: what follows the colon is no port. */
function lacksHost(url: string): boolean {
  const [, authority = ''] = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(url) ?? [];
  return authority.includes(':') && !/^(\[[\da-f:.%]*\]|[^:[\]]*)(:\d{1,5})?$/i.test(authority);
}

/**
 * A path may hold an `@` of its own (`sqlite:///srv/me@work/tokens.db`). A password stands behind the scheme of a server,
 * however many slashes follow that, behind a colon, or at the very beginning.
 */
function mayHoldPassword(url: string, lastAt: number): boolean {
  if (lastAt < 0) return false;
  const before = url.slice(schemeOf(url).length, lastAt);
  const namesHost = /^(?!sqlite:|file:)[a-z][a-z0-9+.-]+:|^[a-z][a-z0-9+.-]*:\/\/[^/]/i.test(url);
  return namesHost || before.includes(':') || !url.slice(0, lastAt).includes('/');
}

function schemeOf(url: string): string {
  return /^[a-z][a-z0-9+.-]*:\/+/i.exec(url)?.[0] ?? '';
}

function maskQuery(url: string): string {
  const [, place = '', query = '', fragment = ''] = /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(url) ?? [];
  const masked = query.replace(/[^?&;]+/g, (pair) => maskPair(pair));
  return `${place}${masked}${fragment === '' ? '' : '#***'}`;
}

function maskPair(pair: string): string {
  const [key, value] = pair.split('=');
  if (value === undefined) return '***';
  return HARMLESS.test(pair) ? pair : `${key}=***`;
}

function shorten(text: string): string {
  return text.length > SHOWN_AT_MOST ? `${text.slice(0, SHOWN_AT_MOST)}…` : text;
}
