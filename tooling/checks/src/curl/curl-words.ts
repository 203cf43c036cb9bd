import { parseArgs } from 'node:util';

/** What a person asked of curl. */
export interface CurlWords {
  readonly url: URL;
  readonly method: string;
  /** As they are sent, later ones in the place of earlier ones of the same name. */
  readonly headers: readonly (readonly [string, string])[];
  /** `@name` is what is in a file. */
  readonly data: string | undefined;
  /** Whether the line breaks of a file are sent, too. */
  readonly keepsLines: boolean;
  readonly showHeaders: boolean;
  readonly output: string | undefined;
  /** What is printed at the end; `%{http_code}` in it. */
  readonly format: string;
  readonly fail: 'silently' | 'with body' | 'never';
  readonly isSilent: boolean;
}

/** Reads the words after `curl`: those options that the documents use. */
export function readCurlWords(words: readonly string[]): CurlWords {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      silent: { type: 'boolean', short: 's', default: false },
      'show-error': { type: 'boolean', short: 'S', default: false },
      include: { type: 'boolean', short: 'i', default: false },
      'no-buffer': { type: 'boolean', short: 'N' },
      fail: { type: 'boolean', short: 'f', default: false },
      'fail-with-body': { type: 'boolean', default: false },
      request: { type: 'string', short: 'X' },
      header: { type: 'string', short: 'H', multiple: true, default: [] },
      data: { type: 'string', short: 'd', multiple: true },
      json: { type: 'string' },
      output: { type: 'string', short: 'o' },
      'write-out': { type: 'string', short: 'w', default: '' },
    },
  });
  const [address, ...others] = positionals;
  if (address === undefined || others.length > 0) throw new Error('curl: this one asks for one address');
  const data = values.json ?? values.data?.join('&');
  return {
    url: new URL(/^https?:/.test(address) ? address : `http://${address}`),
    method: values.request ?? (data === undefined ? 'GET' : 'POST'),
    headers: [...usualHeaders(values.json !== undefined, data), ...values.header.map(splitHeader)],
    data,
    keepsLines: values.json !== undefined,
    showHeaders: values.include,
    output: values.output,
    format: values['write-out'].replaceAll(String.raw`\n`, '\n'),
    fail: values.fail ? 'silently' : values['fail-with-body'] ? 'with body' : 'never',
    isSilent: values.silent && !values['show-error'],
  };
}

function usualHeaders(isJson: boolean, data: string | undefined): (readonly [string, string])[] {
  const type = isJson ? 'application/json' : 'application/x-www-form-urlencoded';
  return [
    ['User-Agent', 'curl/8'],
    ['Accept', isJson ? 'application/json' : '*/*'],
    ...(data === undefined ? [] : [['Content-Type', type] as const]),
  ];
}

function splitHeader(header: string): readonly [string, string] {
  const [name = '', ...value] = header.split(':');
  return [name.trim(), value.join(':').trim()];
}
