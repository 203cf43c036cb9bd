import { randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { type Environment, SEEDED_USERS } from '@iron/db';

/**
 * A token is `iron_live_`, `iron_test_` or `iron_dev_`, 43 random characters (256 bits), and 6 for the CRC-32 of all
 * before them; the characters are 0-9, A-Z, a-z. So a typing mistake shows without a look-up, and a secret scanner
 * finds tokens with one expression and next to no false alarms.
 */
const PREFIXES: Readonly<Record<Environment, string>> = {
  production: 'iron_live_',
  test: 'iron_test_',
  development: 'iron_dev_',
};

const GENERATED = /^iron_(?:live|test|dev)_[0-9A-Za-z]{49}$/;
const RESERVED = /^iron_(?:live|test|dev)_/;
/** What can be a header's value and is not easily guessed. */
const ANY_TOKEN = /^[\x21-\x7e]{8,512}$/;

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const BODY_LENGTH = 43;
const CHECKSUM_LENGTH = 6;

/** What can be said of a token by its text alone. */
export type ParsedToken =
  /** Made by Iron for this environment. */
  | { readonly kind: 'generated'; readonly environment: Environment }
  /** One of the development data's tokens, which everybody knows. */
  | { readonly kind: 'well_known' }
  /** Of another maker; it may have been imported. */
  | { readonly kind: 'foreign' }
  /** Cannot be a token: mistyped if it begins like one of Iron's, else of a wrong length or with wrong characters. */
  | { readonly kind: 'refused'; readonly reason: 'mistyped' | 'malformed' };

const PRODUCTION: ParsedToken = { kind: 'generated', environment: 'production' };
const TEST: ParsedToken = { kind: 'generated', environment: 'test' };
const DEVELOPMENT: ParsedToken = { kind: 'generated', environment: 'development' };
const WELL_KNOWN: ParsedToken = { kind: 'well_known' };
const FOREIGN: ParsedToken = { kind: 'foreign' };
const MISTYPED: ParsedToken = { kind: 'refused', reason: 'mistyped' };
const MALFORMED: ParsedToken = { kind: 'refused', reason: 'malformed' };

const DEVELOPMENT_TOKENS = new Set(SEEDED_USERS.map(({ token }) => token));

/** A new token, of 256 random bits: 62 ** 43 is a little more than 2 ** 256. */
export function generateToken(environment: Environment): string {
  const body = Array.from({ length: BODY_LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length)));
  const checked = `${PREFIXES[environment]}${body.join('')}`;
  return `${checked}${checksum(checked)}`;
}

/**
 * Reads a token without looking it up. A text that begins as Iron's tokens do is Iron's, with a right checksum, or a
 * token of the development data, or it is mistyped. Any other text of 8 to 512 visible ASCII characters may be a token
 * of another maker that was imported.
 */
export function parseToken(secret: string): ParsedToken {
  if (typeof secret !== 'string') return MALFORMED; // from JavaScript, or a header that is not there
  if (GENERATED.test(secret)) return isIntact(secret) ? parsePrefix(secret) : MISTYPED;
  if (DEVELOPMENT_TOKENS.has(secret)) return WELL_KNOWN;
  if (!ANY_TOKEN.test(secret)) return MALFORMED;
  return RESERVED.test(secret) ? MISTYPED : FOREIGN;
}

function parsePrefix(secret: string): ParsedToken {
  if (secret.startsWith(PREFIXES.production)) return PRODUCTION;
  return secret.startsWith(PREFIXES.test) ? TEST : DEVELOPMENT;
}

function isIntact(secret: string): boolean {
  let stated = 0;
  for (let place = secret.length - CHECKSUM_LENGTH; place < secret.length; place += 1) {
    stated = stated * ALPHABET.length + ALPHABET.indexOf(secret.charAt(place));
  }
  return stated === crc32(secret.slice(0, -CHECKSUM_LENGTH));
}

/** CRC-32 in base 62, of fixed width. */
function checksum(text: string): string {
  let digits = '';
  for (let rest = crc32(text); digits.length < CHECKSUM_LENGTH; rest = Math.floor(rest / ALPHABET.length)) {
    digits = `${ALPHABET.charAt(rest % ALPHABET.length)}${digits}`;
  }
  return digits;
}
