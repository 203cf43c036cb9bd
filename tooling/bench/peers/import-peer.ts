/** Loads a package that is installed in this folder. Elsewhere in the project there is none of that name, or another. */
export async function importPeer(name: string): Promise<unknown> {
  return await import(name);
}
