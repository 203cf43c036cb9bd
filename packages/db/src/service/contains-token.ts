/** What `@iron/tokens` generates. */
const GENERATED = /iron_(?:live|test|dev)_[0-9A-Za-z]{49}/;

/** Whether there is a token of Iron's making somewhere in a text. */
export function containsToken(text: string): boolean {
  return GENERATED.test(text);
}
