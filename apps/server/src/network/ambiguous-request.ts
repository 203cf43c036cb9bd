import type { IncomingMessage } from 'node:http';

/**
 * Whether Node.js takes a request that others would read in another way: for two hosts, or with a body that is coded
 * twice. What stands before a server and what stands behind it must not differ about what was asked, and where it ends.
 */
export function isAmbiguous({ headers, headersDistinct }: IncomingMessage): boolean {
  const { host = [] } = headersDistinct;
  const coding = headers['transfer-encoding'];
  return host.length > 1 || (coding !== undefined && coding.toLowerCase() !== 'chunked');
}
