/** Which paths an endpoint answers: `/api/tokens/{tokenId}` is `/api/tokens/` and one more segment. */
export function pathPattern(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
}
