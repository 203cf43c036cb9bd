/** What the program that copies a file says. It compares when it gets a message of any kind. */
export type CopyMessage =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'copied' }
  | { readonly kind: 'compared'; readonly isSame: boolean }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };

/** Where that program finds the file to write to: after the standard streams and the channel of the messages. */
export const TARGET_DESCRIPTOR = 4;
