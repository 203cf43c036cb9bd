import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redactPayload, redactText } from './redact.ts';

const SECRETS = [
  'iron_live_4fQ9bX2kLm7pR1sT8uVw3yZ6',
  'sk-proj-abcDEF123456ghiJKL',
  'sk-ant-api03-abcdef_123456-XYZ',
  'AIzaSyA1234567890abcdefghijklmnopqrstu',
  'AKIAIOSFODNN7EXAMPLE',
  'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
  'xoxb-123456789012-abcdefghijkl',
  'gsk_abcdefghijklmnop1234',
  'hf_abcdefghijklmnop1234',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N',
];

describe('redactPayload', () => {
  test.each(SECRETS)('knows %s by its looks, wherever it stands', (secret) => {
    const texts = [
      `my key is ${secret}, keep it`,
      JSON.stringify({ messages: [{ role: 'user', content: `use ${secret}` }] }),
      JSON.stringify({ body: JSON.stringify({ inner: secret }) }),
      `{"broken": "${secret}`,
      `https://api.example.com/v1?x=${secret}&y=1`,
      `data: {"a":"${secret}"}\n\ndata: [DONE]`,
    ];
    expect(texts.map((text) => redactPayload(text)).filter((text) => text.includes(secret))).toEqual([]);
  });

  test.each([
    ['Authorization: Bearer abc def\nAccept: */*', 'Authorization: [redacted]\nAccept: */*'],
    ['cookie: a=1; session=2\r\nx: y', 'cookie: [redacted]\r\nx: y'],
    ['x-api-key: 12345', 'x-api-key: [redacted]'],
    ['/v1/models?key=12345&alt=sse', '/v1/models?key=[redacted]&alt=sse'],
    ['{"headers":{"Authorization":"Basic dTpw"},"n":1}', '{"headers":{"Authorization":"[redacted]"},"n":1}'],
    [
      '{"apiKey":"12345","api-key":12345,"API_KEY":["1"]}',
      '{"apiKey":"[redacted]","api-key":"[redacted]","API_KEY":"[redacted]"}',
    ],
    ['{"credentials":{"user":"a","pass":"b"}}', '{"credentials":"[redacted]"}'],
    ['{"max_tokens":100,"stream":true,"model":"gpt-4o"}', '{"max_tokens":100,"stream":true,"model":"gpt-4o"}'],
    ['{"password":"a\\"b c"', '{"password":"[redacted]\\"b c"'],
    ['{"a":"{\\"client_secret\\":\\"12345\\"}"', '{"a":"{\\"client_secret\\":\\"[redacted]\\"}"'],
    ['client = OpenAI(api_key="12345 6")', 'client = OpenAI(api_key="[redacted]")'],
    ["password: '12345'\nuser: a", "password: '[redacted]'\nuser: a"],
    [
      '{"passphrase":"12345","subscription-key":"12345"}',
      '{"passphrase":"[redacted]","subscription-key":"[redacted]"}',
    ],
    ['{"sk-proj-abcDEF123456":{"calls":1}}', '{"[redacted]":{"calls":1}}'],
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nafter', '[redacted]\nafter'],
    ['risk-assessment and task-management-systems', 'risk-assessment and task-management-systems'],
    ['What is a bearer token?', 'What is a bearer token?'],
  ])('%s', (text, redacted) => {
    expect(redactPayload(text)).toBe(redacted);
  });

  test('a second time changes nothing: what was taken out stays out, and nothing is added', () => {
    const texts = ['/v1?key=12345&alt=sse', '/v1?key=[redacted]12345', 'token=a, token: b', 'Cookie: a=1; token=2'];
    const once = texts.map((text) => redactText(text));
    expect(once.slice(0, 2)).toEqual(['/v1?key=[redacted]&alt=sse', '/v1?key=[redacted]']);
    expect(once.map((text) => redactText(text))).toEqual(once);
  });

  test('takes any text, and finds a key in all of it', () => {
    const anySecret = fc.constantFrom(...SECRETS);
    const anyText = fc.oneof(fc.string({ unit: 'grapheme' }), fc.json(), fc.base64String());
    fc.assert(
      fc.property(anyText, anySecret, anyText, (before, secret, after) => {
        expect(redactPayload(`${before} ${secret} ${after}`)).not.toContain(secret);
        expect(redactPayload(JSON.stringify([before, ` ${secret} `, after]))).not.toContain(secret);
      }),
    );
  });

  test.each([
    'eyJ',
    'sk-',
    'bearer ',
    'api_key',
    'token=',
    'authorization',
    '-----BEGIN PRIVATE KEY-----',
    '\\',
    ' ',
    '[',
    '"token":',
    'token = "',
    'password\\\\',
  ])('is done with a megabyte of %j', (piece) => {
    const text = piece.repeat(1_000_000 / piece.length);
    expect(typeof redactPayload(text)).toBe('string');
    expect(redactText(text).length).toBeGreaterThan(0);
  });
});
