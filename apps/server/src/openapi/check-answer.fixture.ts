import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { ENDPOINTS } from '../resources/endpoints.ts';
import { openApiDocument } from './document.ts';

interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

interface Described {
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}

const document = openApiDocument(ENDPOINTS, '0.0.0');
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema({ ...document, $id: 'openapi' });

const OPERATIONS = ENDPOINTS.map(({ path, method }) => ({
  method: method.toUpperCase(),
  path,
  pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
}));

/** Throws where an answer is none that the document describes: another status, media type or body. */
export function checkAnswer(method: string, url: string, { status, headers, body }: Answered): void {
  const path = url.split('?')[0] ?? '';
  const found = OPERATIONS.find((operation) => operation.method === method && operation.pattern.test(path));
  if (!found) return; // what is not there is not described
  const pointer = ['paths', found.path, method.toLowerCase(), 'responses', String(status)];
  const described = pointer.reduce<unknown>((value, name) => (value as Record<string, unknown>)?.[name], document);
  if (described === undefined)
    throw new Error(`${method} ${found.path} does not describe the status ${status}: ${JSON.stringify(body)}`);
  const { content = {} } = described as Described;
  const type = headers.get('content-type')?.split(';')[0] ?? null;
  if (type === null && Object.keys(content).length === 0) return;
  if (type === null || !(type in content))
    throw new Error(`${method} ${found.path} does not describe ${type} for ${status}`);
  const reference = [...pointer, 'content', type, 'schema'].map(encodePointer).join('/');
  const validate = ajv.compile({ $ref: `openapi#/${reference}` });
  if (!validate(body))
    throw new Error(`${method} ${found.path} ${status}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(body)}`);
}

function encodePointer(name: string): string {
  return encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'));
}
