import { describe, expect, test } from 'vitest';
import { openTestApi } from '../../api.fixture.ts';

describe('tokens over HTTP', () => {
  test('are made, shown, listed, rotated, revoked and deleted by an administrator', async () => {
    await using api = await openTestApi();
    const { secret: as } = await api.person('root', 'admin');
    const made = await api.ask('POST /api/tokens', { as, body: { userId: 'ada', name: 'laptop' } });
    expect(made).toMatchObject({
      status: 201,
      body: { token: { id: 2, userId: 'ada', name: 'laptop', state: 'active' } },
    });
    expect(await api.ask('GET /api/tokens/2', { as })).toMatchObject({ status: 200, body: { id: 2 } });
    expect(await api.ask('GET /api/tokens?userId=ada&limit=1', { as })).toMatchObject({ body: { items: [{ id: 2 }] } });
    expect(await api.ask('POST /api/tokens/2/rotate', { as, body: { overlapMs: 0 } })).toMatchObject({ status: 201 });
    expect(await api.ask('POST /api/tokens/3/revoke', { as })).toMatchObject({ body: { state: 'revoked' } });
    expect(await api.ask('DELETE /api/tokens/2', { as })).toMatchObject({ status: 200, body: { usageRecords: 0 } });
    expect(await api.ask('GET /api/tokens/2', { as })).toMatchObject({
      status: 404,
      body: { code: 'token.not_found' },
    });
    expect(api.failures).toEqual([]);
  });
});
