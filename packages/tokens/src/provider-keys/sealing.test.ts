import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskKey } from './mask-key.ts';
import { MASTER_KEY, OTHER_MASTER_KEY } from './test-keys.fixture.ts';

const text = fc.string({ unit: 'grapheme' });

test('what was sealed is opened for its own context, and for no other', () => {
  fc.assert(
    fc.property(text, text, text, (secret, context, other) => {
      const sealed = MASTER_KEY.seal(secret, context);

      expect(MASTER_KEY.unseal(sealed, context)).toBe(secret);
      expect(OTHER_MASTER_KEY.unseal(sealed, context)).toBe(undefined);
      expect(MASTER_KEY.unseal(sealed, other)).toBe(other === context ? secret : undefined);
    }),
  );
});

test('what was sealed and changed in any bit is not opened', () => {
  fc.assert(
    fc.property(text, fc.nat(), (secret, position) => {
      const { sealed, nonce } = MASTER_KEY.seal(secret, 'row');
      const bit = position % (8 * sealed.length);
      const altered = Buffer.from(sealed);
      altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));

      expect(MASTER_KEY.unseal({ sealed: altered, nonce }, 'row')).toBe(undefined);
    }),
  );
});

test('a masked key shows at most seven characters, and those of a short key not at all', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', '0', '-', ' ', 'é', '\n'), maxLength: 40 }), (key) => {
      const ends = [key.slice(0, 3), key.slice(-4)];
      const isShown = key.length >= 20 && /^[\x21-\x7e]{7}$/.test(ends.join(''));

      expect(maskKey(key)).toBe(isShown ? ends.join('…') : '…');
    }),
  );
});
