import { InvalidCursorError, InvalidInputError, verifyAudit } from '@iron/db';
import { describe, expect, test } from 'vitest';
import { ProviderKeyDisabledError } from './provider-key-errors.ts';
import { ADA, logOf, MASTER_KEY, NOON, OPENAI_KEY, testKeys } from './test-keys.fixture.ts';

const OPENAI = { provider: 'openai', key: OPENAI_KEY, userId: 'ada' };
const reveal = (key: string) => key;

describe('adding a key', () => {
  test('keeps it encrypted, and shows it masked everywhere', async () => {
    await using given = await testKeys();

    const added = await given.keys.addKey({ ...OPENAI, baseUrl: 'https://eu.example.org/v1', description: 'team' });

    expect(added).toEqual({
      id: 1,
      provider: 'openai',
      maskedKey: 'sk-…WXYZ',
      userId: 'ada',
      baseUrl: 'https://eu.example.org/v1',
      description: 'team',
      isEnabled: true,
      balanceNanos: null,
      balanceUpdatedAt: null,
      masterKeyId: MASTER_KEY.id,
      createdAt: NOON,
      lastUsedAt: null,
    });
    expect(await given.keys.getKey(1)).toEqual(added);
    expect(await given.keys.listKeys()).toEqual({ items: [added], nextCursor: null });
    expect(await given.keys.withKey({ keyId: 1 }, reveal)).toBe(OPENAI_KEY);
  });

  test('is a row of the audit log with who did it', async () => {
    await using given = await testKeys();

    await given.keys.addKey({ ...OPENAI, actor: ADA });

    const changes = { provider: 'openai', userId: 'ada', maskedKey: 'sk-…WXYZ', masterKeyId: MASTER_KEY.id };
    expect(await logOf(given)).toEqual([{ id: '1', action: 'create', by: 'ada', changes }]);
    expect((await verifyAudit(given.database.reader)).map(({ broken }) => broken)).toEqual([null, null]);
  });

  test.each([
    ['sk-0123456789abcdef7890', 'sk-…7890'],
    ['short-key-of-19-chr', '…'],
    ['{\n  "type": "service_account",\n  "key": "x"\n}', '…'],
    ['schlüssel-mit-einem-umlaut-ä', '…'],
  ])('masks %j as far as its length allows', async (key, masked) => {
    await using given = await testKeys();

    const { id, maskedKey } = await given.keys.addKey({ ...OPENAI, key });

    expect(maskedKey).toBe(masked);
    expect(await given.keys.withKey({ keyId: id }, reveal)).toBe(key);
  });

  test('does not give the id of a deleted key again', async () => {
    await using given = await testKeys();
    await given.keys.addKey(OPENAI);
    await given.keys.deleteKey({ keyId: 1 });

    expect(await given.keys.addKey(OPENAI)).toMatchObject({ id: 2 });
  });

  test.each([
    [{ key: '' }, 'key: must be 1 to 8176 bytes'],
    [{ key: `${OPENAI_KEY}\n` }, 'without white space around it'],
    [{ key: 'ü'.repeat(4089) }, 'must be 1 to 8176 bytes'],
    [{ baseUrl: 'ftp://x.org' }, 'baseUrl: must be an http or https address'],
    [{ baseUrl: 'https://me:secret@x.org' }, 'without user, password, query and fragment'],
    [{ baseUrl: 'https://x.org/v1?key=secret' }, 'without user, password, query and fragment'],
    [{ description: `our ${OPENAI_KEY}` }, 'the key is also in another field'],
    [{ userId: '' }, 'userId: must be 1 to 500 characters'],
    [{ baseURL: 'https://x.org' }, 'there is no field baseURL'],
  ])('refuses %j by name, and repeats no secret', async (wrong, message) => {
    await using given = await testKeys();

    const adding = given.keys.addKey({ ...OPENAI, ...wrong });

    await expect(adding).rejects.toThrow(InvalidInputError);
    await expect(adding).rejects.toThrow(message);
    await expect(adding).rejects.not.toThrow('secret');
    await expect(adding).rejects.not.toThrow(OPENAI_KEY);
  });

  test('takes the longest key that fits', async () => {
    await using given = await testKeys();
    const key = 'k'.repeat(8176);

    const { id } = await given.keys.addKey({ ...OPENAI, key });

    expect(await given.keys.withKey({ keyId: id }, reveal)).toBe(key);
  });
});

describe('using a key', () => {
  test('gives what the callback gives, throws what it throws, and says what is known about the key', async () => {
    await using given = await testKeys();
    const added = await given.keys.addKey(OPENAI);

    const answer = await given.keys.withKey({ keyId: 1 }, async (key, about) => ({ size: key.length, about }));

    expect(answer).toEqual({ size: OPENAI_KEY.length, about: added });
    const failing = given.keys.withKey({ keyId: 1 }, async () => await Promise.reject(new Error('429')));
    await expect(failing).rejects.toThrow('429');
  });

  test('notes the time, and writes it once a minute at most', async () => {
    await using given = await testKeys();
    const { keys, clock } = given;
    await keys.addKey(OPENAI);
    const use = async (after: number) => {
      clock.time = NOON + after;
      await Promise.all([keys.withKey({ keyId: 1 }, reveal), keys.withKey({ keyId: 1 }, reveal)]);
      return Number((await keys.getKey(1)).lastUsedAt) - NOON;
    };

    const first = await use(1000);
    const again = await use(60_999);
    const later = await use(61_000);

    expect([first, again, later]).toEqual([1000, 1000, 61_000]);
  });

  test('is refused when it is disabled, until it is enabled', async () => {
    await using given = await testKeys();
    await given.keys.addKey(OPENAI);

    expect(await given.keys.disableKey({ keyId: 1, actor: ADA })).toMatchObject({ isEnabled: false });
    await expect(given.keys.withKey({ keyId: 1 }, reveal)).rejects.toThrow(ProviderKeyDisabledError);
    await given.keys.disableKey({ keyId: 1 });
    await given.keys.enableKey({ keyId: 1 });

    expect(await given.keys.withKey({ keyId: 1 }, reveal)).toBe(OPENAI_KEY);
    expect((await logOf(given)).slice(1)).toEqual([
      { id: '1', action: 'disable', by: 'ada', changes: null },
      { id: '1', action: 'enable', by: null, changes: null },
    ]);
  });
});

describe('changing a key', () => {
  test('sets balance and address, with what was before in the log', async () => {
    await using given = await testKeys();
    const { keys, clock } = given;
    await keys.addKey(OPENAI);
    clock.time = NOON + 1;

    const overdrawn = { balanceNanos: -1_500_000_000, balanceUpdatedAt: NOON + 1 };
    expect(await keys.setBalance({ keyId: 1, balanceNanos: -1_500_000_000, actor: ADA })).toMatchObject(overdrawn);
    expect(await keys.setBalance({ keyId: 1, balanceNanos: null })).toMatchObject({ balanceUpdatedAt: null });
    expect(await keys.setBaseUrl({ keyId: 1, baseUrl: 'http://localhost:11434' })).toMatchObject({
      baseUrl: 'http://localhost:11434',
    });

    expect((await logOf(given)).slice(1)).toEqual([
      {
        id: '1',
        action: 'set_balance',
        by: 'ada',
        changes: { before: { balanceNanos: null }, after: { balanceNanos: -1_500_000_000 } },
      },
      {
        id: '1',
        action: 'set_balance',
        by: null,
        changes: { before: { balanceNanos: -1_500_000_000 }, after: { balanceNanos: null } },
      },
      {
        id: '1',
        action: 'set_base_url',
        by: null,
        changes: { before: { baseUrl: null }, after: { baseUrl: 'http://localhost:11434' } },
      },
    ]);
    await expect(keys.setBalance({ keyId: 1, balanceNanos: 1.5 })).rejects.toThrow('balanceNanos');
    await expect(keys.setBaseUrl({ keyId: 1, baseUrl: 'https://u:p@x.org' })).rejects.toThrow('baseUrl');
  });

  test('that is not there is refused, and writes nothing', async () => {
    await using given = await testKeys();
    const { keys } = given;

    const changes = await Promise.allSettled([
      keys.getKey(1),
      keys.withKey({ keyId: 1 }, reveal),
      keys.enableKey({ keyId: 1 }),
      keys.disableKey({ keyId: 1 }),
      keys.setBalance({ keyId: 1, balanceNanos: 1 }),
      keys.setBaseUrl({ keyId: 1, baseUrl: null }),
      keys.deleteKey({ keyId: 1 }),
      keys.assignToProject({ keyId: 1, projectId: 'p' }),
      keys.unassignFromProject({ keyId: 1, projectId: 'p' }),
    ]);

    const notFound = { status: 'rejected', reason: { code: 'provider_key.not_found' } };
    expect(changes).toMatchObject(changes.map(() => notFound));
    expect(await logOf(given)).toEqual([]);
  });
});

describe('projects', () => {
  test('get the enabled keys of a provider that are theirs, the longest rested first', async () => {
    await using given = await testKeys();
    const { keys, clock } = given;
    for (const provider of ['openai', 'openai', 'openai', 'openai', 'anthropic']) {
      const { id } = await keys.addKey({ ...OPENAI, provider });
      if (id !== 4) await keys.assignToProject({ keyId: id, projectId: 'alpha' });
    }
    await keys.disableKey({ keyId: 2 });
    const ids = async () => (await keys.keysForProject('alpha', 'openai')).map(({ id }) => id);

    expect(await ids()).toEqual([1, 3]);
    await keys.withKey({ keyId: 1 }, reveal);
    expect(await ids()).toEqual([3, 1]);
    clock.time = NOON + 1;
    await keys.withKey({ keyId: 3 }, reveal);
    expect(await ids()).toEqual([1, 3]);
    expect(await keys.keysForProject('beta', 'openai')).toEqual([]);
  });

  test('are assigned once and taken away once', async () => {
    await using given = await testKeys();
    const { keys } = given;
    await keys.addKey(OPENAI);
    const assignment = { keyId: 1, projectId: 'alpha', actor: ADA };

    await Promise.all([keys.assignToProject(assignment), keys.assignToProject(assignment)]);
    const { items } = await keys.listKeys({ projectId: 'alpha' });
    await Promise.all([keys.unassignFromProject(assignment), keys.unassignFromProject(assignment)]);

    expect(items).toMatchObject([{ id: 1 }]);
    expect(await keys.keysForProject('alpha', 'openai')).toEqual([]);
    expect((await logOf(given)).slice(1)).toEqual([
      { id: '1', action: 'assign', by: 'ada', changes: { projectId: 'alpha' } },
      { id: '1', action: 'unassign', by: 'ada', changes: { projectId: 'alpha' } },
    ]);
  });

  test('lose a key that is deleted', async () => {
    await using given = await testKeys();
    await given.keys.addKey(OPENAI);
    await given.keys.assignToProject({ keyId: 1, projectId: 'alpha' });

    await given.keys.deleteKey({ keyId: 1, actor: ADA });

    const rows = await given.database.reader.statement('SELECT * FROM project_provider_key_assignments').all();
    expect(rows).toEqual([]);
    const changes = { provider: 'openai', userId: 'ada', maskedKey: 'sk-…WXYZ', projects: 1 };
    expect((await logOf(given)).at(-1)).toEqual({ id: '1', action: 'delete', by: 'ada', changes });
  });
});

describe('listing keys', () => {
  test('filters, and goes on by cursor', async () => {
    await using given = await testKeys();
    const { keys } = given;
    for (const userId of ['ada', 'bob', 'ada', 'ada']) await keys.addKey({ ...OPENAI, userId });
    await keys.addKey({ ...OPENAI, provider: 'anthropic' });
    await keys.disableKey({ keyId: 3 });

    const first = await keys.listKeys({ userId: 'ada', provider: 'openai', limit: 2 });
    const rest = await keys.listKeys({ userId: 'ada', provider: 'openai', cursor: first.nextCursor ?? '' });
    const disabled = await keys.listKeys({ isEnabled: false });

    expect([first, rest, disabled].map(({ items }) => items.map(({ id }) => id))).toEqual([[1, 3], [4], [3]]);
    expect(rest.nextCursor).toBe(null);
    await expect(keys.listKeys({ cursor: 'nonsense' })).rejects.toThrow(InvalidCursorError);
  });
});
