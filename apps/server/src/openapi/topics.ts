/** What the operations under `/api/<name>` are about. */
export const TOPICS: Readonly<Record<string, string>> = {
  tokens: 'Who may call: tokens of users, made, changed, replaced and ended',
  usage: 'What calls used and cost: recorded, added up, exported',
  limits: 'How much there may be: tokens a day, requests a minute, cost a month, and how full each limit is',
  holds: 'For gateways: a call is let through, and then settled or released',
  users: 'Accounts with a role and a password',
  'provider-keys': 'Encrypted keys of LLM providers, and the projects that use them',
  agents: 'Programs that act for users, and the providers that their tokens may use',
  traces: 'How single calls went',
  audit: 'Who changed what, and whether the log of it is whole',
  prices: 'What models cost, and what they cost before',
};
