import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/**
 * A certificate and its key, in PEM. Made anew by each test run, so that no key lies in the repository and none expires;
 * and by these few lines, as node:crypto makes keys but no certificates, and not every machine has openssl.
 */
export interface TestCertificate {
  readonly certificate: string;
  readonly key: string;
}

export interface TestAuthority extends TestCertificate {
  /** A certificate for a server with these DNS names, or for a client with the first as its common name. */
  issue(names: readonly string[], until?: Date): TestCertificate;
}

const NEXT_YEAR = new Date(Date.now() + 365 * 86_400_000);
const LONG_AGO = new Date('2020-01-01T00:00:00Z');

const ECDSA_WITH_SHA256 = der(0x30, oid('2a8648ce3d040302'));
const IS_AUTHORITY = extension('551d13', der(0x30, der(0x01, Buffer.from([0xff]))));

/** An authority that vouches for itself. */
export function testAuthority(name: string): TestAuthority {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const request = {
    subject: name,
    issuer: name,
    publicKey: keys.publicKey,
    until: NEXT_YEAR,
    extensions: IS_AUTHORITY,
  };
  return {
    certificate: pem('CERTIFICATE', makeCertificate(request, keys.privateKey)),
    key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    issue: (names, until = NEXT_YEAR) => {
      const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const alternatives = names.map((dns) => der(0x82, Buffer.from(dns)));
      const extensions = extension('551d11', der(0x30, ...alternatives));
      const issued = { subject: names[0] ?? '', issuer: name, publicKey: own.publicKey, until, extensions };
      return {
        certificate: pem('CERTIFICATE', makeCertificate(issued, keys.privateKey)),
        key: own.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      };
    },
  };
}

interface CertificateRequest {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  readonly until: Date;
  readonly extensions: Buffer;
}

/** X.509, version 3, as RFC 5280 writes it down. */
function makeCertificate(request: CertificateRequest, signer: KeyObject): Buffer {
  const body = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    ECDSA_WITH_SHA256,
    commonName(request.issuer),
    der(0x30, time(LONG_AGO), time(request.until)),
    commonName(request.subject),
    request.publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(0x30, request.extensions)),
  );
  const signature = sign('sha256', body, signer);
  return der(0x30, body, ECDSA_WITH_SHA256, der(0x03, Buffer.from([0]), signature));
}

function commonName(name: string): Buffer {
  return der(0x30, der(0x31, der(0x30, oid('550403'), der(0x0c, Buffer.from(name)))));
}

function time(date: Date): Buffer {
  return der(0x18, Buffer.from(`${date.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}Z`));
}

function extension(id: string, value: Buffer): Buffer {
  return der(0x30, oid(id), der(0x01, Buffer.from([0xff])), der(0x04, value));
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const size = content.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
