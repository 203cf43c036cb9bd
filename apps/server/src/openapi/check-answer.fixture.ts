import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { z } from 'zod';
import type { Endpoint } from '../http/endpoint.ts';
import { endpointAt } from '../resources/endpoint-at.fixture.ts';
import { ENDPOINTS } from '../resources/endpoints.ts';
import { openApiDocument } from './document.ts';

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  /** Of JSON the value, or else the text. */
  readonly body: unknown;
}

/** What every answer under /api says, whatever it answers. */
const ALWAYS: Readonly<Record<string, RegExp>> = {
  'cache-control': /^no-store$/,
  'content-security-policy': /^default-src 'none'; frame-ancestors 'none'$/,
  'cross-origin-resource-policy': /^same-origin$/,
  'referrer-policy': /^no-referrer$/,
  'x-content-type-options': /^nosniff$/,
  'x-frame-options': /^DENY$/,
  'x-request-id': /^[\w.:/+=@-]{1,200}$/,
};

const responseShape = z.looseObject({
  description: z.string(),
  headers: z.record(z.string(), z.looseObject({ required: z.boolean().default(false) })).default({}),
  content: z.record(z.string(), z.unknown()).default({}),
});
type Described = z.output<typeof responseShape>;

const document = openApiDocument(ENDPOINTS, '0.0.0');
const { paths } = z
  .looseObject({
    paths: z.record(
      z.string(),
      z.record(z.string(), z.looseObject({ responses: z.record(z.string(), responseShape) })),
    ),
  })
  .parse(document);

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema({ ...document, $id: 'openapi' });

/**
 * Throws where an answer is none that the document describes: another status, header, media type, code or field, or
 * one that is missing.
 */
export function checkAnswer(method: string, url: string, answered: Answered): void {
  const path = new URL(url, 'http://localhost').pathname;
  if (!path.startsWith('/api/')) return;
  const isHead = method === 'HEAD';
  const endpoint = endpointAt(isHead ? 'GET' : method, path);
  const faults = [
    ...alwaysFaults(answered.headers),
    ...(endpoint ? faultsOf(endpoint, answered, isHead) : nowhereFaults(answered)),
  ];
  if (faults.length === 0) return;
  const { status, body } = answered;
  throw new Error(
    `${method} ${endpoint?.path ?? path} answered ${status}:\n- ${faults.join('\n- ')}\n${JSON.stringify(body, null, 2)}`,
  );
}

function alwaysFaults(headers: Headers): string[] {
  return Object.entries(ALWAYS)
    .filter(([name, value]) => !value.test(headers.get(name) ?? ''))
    .map(([name]) => `the header ${name} is ${headers.get(name)}`);
}

/** What is not in the document is not there, or not with this method. */
function nowhereFaults({ status, body }: Answered): string[] {
  if (status !== 404 && status !== 405) return ['the document does not know this operation'];
  return schemaFaults(['components', 'schemas', 'Problem'], body);
}

function faultsOf({ path, method }: Endpoint, answered: Answered, isHead: boolean): string[] {
  const status = String(answered.status);
  const described = paths[path]?.[method]?.responses[status];
  if (!described) return ['the document does not describe this status'];
  return [
    ...headerFaults(described, answered.headers),
    ...(isHead ? [] : contentFaults(described, ['paths', path, method, 'responses', status], answered)),
    ...codeFaults(described, answered.body),
  ];
}

function headerFaults({ headers: described }: Described, headers: Headers): string[] {
  const known = new Set(['content-type', ...Object.keys(ALWAYS), ...Object.keys(described).map(lowerCase)]);
  const unknown = [...headers.keys()].filter((name) => !known.has(name));
  const missing = Object.entries(described).filter(([name, { required }]) => required && !headers.has(name));
  return [
    ...unknown.map((name) => `the document does not describe the header ${name}`),
    ...missing.map(([name]) => `the header ${name} is not there`),
  ];
}

function contentFaults({ content }: Described, pointer: readonly string[], { headers, body }: Answered): string[] {
  const type = headers.get('content-type')?.replace(/;.*/, '');
  if (type === undefined) return Object.keys(content).length === 0 ? [] : ['the media type is not there'];
  if (!(type in content)) return [`the document does not describe the media type ${type}`];
  return schemaFaults([...pointer, 'content', type, 'schema'], body);
}

/** A problem's code stands in the description of its status. */
function codeFaults({ description }: Described, body: unknown): string[] {
  const { success, data } = z.looseObject({ code: z.string(), detail: z.string() }).safeParse(body);
  if (!success || description.includes(`\`${data.code}\``)) return [];
  return [`the document does not name the code ${data.code}`];
}

const VALIDATORS = new Map<string, ValidateFunction>();

function schemaFaults(pointer: readonly string[], body: unknown): string[] {
  const reference = `openapi#/${pointer.map(encodePointer).join('/')}`;
  const validate = VALIDATORS.get(reference) ?? ajv.compile({ $ref: reference });
  VALIDATORS.set(reference, validate);
  return validate(body) ? [] : [ajv.errorsText(validate.errors, { separator: '\n- ' })];
}

function encodePointer(name: string): string {
  return encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'));
}

function lowerCase(name: string): string {
  return name.toLowerCase();
}
