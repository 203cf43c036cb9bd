import { type ProviderKey, ProviderKeyNotFoundError } from '@iron/tokens';
import { requireReach, userAskedFor } from '../../access/own.ts';
import { type Endpoint, endpoint } from '../../http/endpoint.ts';
import { nothing } from '../fields.ts';
import {
  addKeyBody,
  assignmentParams,
  listKeysQuery,
  providerKeyPage,
  providerKeyParams,
  providerKeySchema,
  setBalanceBody,
  setBaseUrlBody,
} from './provider-key-schemas.ts';

const READ = { scope: 'provider-keys:read', user: 'own', viewer: 'own' } as const;
const ADMINISTER = { scope: 'provider-keys:write', user: 'none', viewer: 'none' } as const;

const CHANGED = { status: 200, description: 'The key as it is now', body: providerKeySchema } as const;

export const addProviderKey = endpoint({
  id: 'addProviderKey',
  method: 'post',
  path: '/api/provider-keys',
  summary: 'Keep a provider’s key',
  description: 'It is encrypted under the master key, and no answer ever has it. It is enabled, and of no project.',
  access: ADMINISTER,
  body: addKeyBody,
  example: { provider: 'openai', key: 'sk-example-0123456789', description: 'team search' },
  answer: { status: 201, description: 'What is known of the key', body: providerKeySchema },
  problems: ['provider_key.master_key_missing', 'provider_key.wrong_master_key'],
  creates: 'anything',
  handle: async ({ body, services, actor, principal }) =>
    await services.providerKeys.addKey({ ...body, userId: body.userId ?? principal.userId, actor }),
});

export const listProviderKeys = endpoint({
  id: 'listProviderKeys',
  method: 'get',
  path: '/api/provider-keys',
  summary: 'Provider keys, the oldest first',
  access: READ,
  query: listKeysQuery,
  answer: { status: 200, description: 'A part of the list', body: providerKeyPage },
  handle: async ({ query, services, ...asking }) =>
    await services.providerKeys.listKeys({ ...query, userId: userAskedFor(asking, query.userId) }),
});

export const showProviderKey = endpoint({
  id: 'showProviderKey',
  method: 'get',
  path: '/api/provider-keys/{keyId}',
  summary: 'One provider key',
  access: READ,
  params: providerKeyParams,
  answer: { status: 200, description: 'What is known of the key', body: providerKeySchema },
  problems: ['provider_key.not_found'],
  async handle({ params: { keyId }, services, ...asking }): Promise<ProviderKey> {
    const key = await services.providerKeys.getKey(keyId);
    return requireReach(asking, key, () => new ProviderKeyNotFoundError(keyId));
  },
});

export const enableProviderKey = endpoint({
  id: 'enableProviderKey',
  method: 'post',
  path: '/api/provider-keys/{keyId}/enable',
  summary: 'Switch a provider key on again',
  access: ADMINISTER,
  params: providerKeyParams,
  answer: CHANGED,
  problems: ['provider_key.not_found'],
  handle: async ({ params, services, actor }) => await services.providerKeys.enableKey({ ...params, actor }),
});

export const disableProviderKey = endpoint({
  id: 'disableProviderKey',
  method: 'post',
  path: '/api/provider-keys/{keyId}/disable',
  summary: 'Switch a provider key off',
  description: 'From now on it is neither offered nor decrypted.',
  access: ADMINISTER,
  params: providerKeyParams,
  answer: CHANGED,
  problems: ['provider_key.not_found'],
  handle: async ({ params, services, actor }) => await services.providerKeys.disableKey({ ...params, actor }),
});

export const setProviderKeyBalance = endpoint({
  id: 'setProviderKeyBalance',
  method: 'put',
  path: '/api/provider-keys/{keyId}/balance',
  summary: 'Note what is left with the provider',
  access: ADMINISTER,
  params: providerKeyParams,
  body: setBalanceBody,
  example: { balanceNanos: 25_000_000_000 },
  answer: CHANGED,
  problems: ['provider_key.not_found'],
  handle: async ({ params, body, services, actor }) =>
    await services.providerKeys.setBalance({ ...body, ...params, actor }),
});

export const setProviderKeyBaseUrl = endpoint({
  id: 'setProviderKeyBaseUrl',
  method: 'put',
  path: '/api/provider-keys/{keyId}/base-url',
  summary: 'Say where a provider key is used',
  description: 'It is encrypted anew: nobody who changes the address in the database has a key sent there.',
  access: ADMINISTER,
  params: providerKeyParams,
  body: setBaseUrlBody,
  example: { baseUrl: 'https://llm.example.com/v1' },
  answer: CHANGED,
  problems: ['provider_key.not_found', 'provider_key.master_key_missing', 'provider_key.wrong_master_key'],
  handle: async ({ params, body, services, actor }) =>
    await services.providerKeys.setBaseUrl({ ...body, ...params, actor }),
});

export const deleteProviderKey = endpoint({
  id: 'deleteProviderKey',
  method: 'delete',
  path: '/api/provider-keys/{keyId}',
  summary: 'Delete a provider key for good, and take it from its projects',
  access: ADMINISTER,
  params: providerKeyParams,
  answer: { status: 204, description: 'It is gone', body: nothing },
  problems: ['provider_key.not_found'],
  handle: async ({ params, services, actor }) => await services.providerKeys.deleteKey({ ...params, actor }),
});

export const assignProviderKey = endpoint({
  id: 'assignProviderKey',
  method: 'put',
  path: '/api/provider-keys/{keyId}/projects/{projectId}',
  summary: 'Let a project use a provider key',
  access: ADMINISTER,
  params: assignmentParams,
  answer: { status: 204, description: 'The project may use it, and could do so before or not', body: nothing },
  problems: ['provider_key.not_found'],
  handle: async ({ params, services, actor }) => await services.providerKeys.assignToProject({ ...params, actor }),
});

export const unassignProviderKey = endpoint({
  id: 'unassignProviderKey',
  method: 'delete',
  path: '/api/provider-keys/{keyId}/projects/{projectId}',
  summary: 'Take a provider key from a project',
  access: ADMINISTER,
  params: assignmentParams,
  answer: { status: 204, description: 'The project may not use it, and could do so before or not', body: nothing },
  problems: ['provider_key.not_found'],
  handle: async ({ params, services, actor }) => await services.providerKeys.unassignFromProject({ ...params, actor }),
});

export const PROVIDER_KEY_ENDPOINTS: readonly Endpoint[] = [
  addProviderKey,
  listProviderKeys,
  showProviderKey,
  enableProviderKey,
  disableProviderKey,
  setProviderKeyBalance,
  setProviderKeyBaseUrl,
  deleteProviderKey,
  assignProviderKey,
  unassignProviderKey,
];
