import { shellCommand } from './shell-command.ts';

const QUOTED_COMMAND = /`iron ([^`]+)`/g;
/** `Apply them with: iron db migrate '/srv/tokens.db'`: complete as it is, but for the program's name. */
const CLOSING_COMMAND = /(?<=: )iron (?=db [^`]*$)/;
const ACTS_ON_NO_DATABASE = /--help|^config|^db (copy|migration)|^db --/;

/**
 * Commands in a text as they work when they are pasted into the terminal that this program runs in: in the spelling
 * of this installation, and on the same database.
 *
 * @param databaseFlag `['--database', path]`, or nothing where the default was used
 */
export function pasteable(text: string, program: readonly string[], databaseFlag: readonly string[] = []): string {
  const typed = shellCommand(program);
  return text
    .replace(CLOSING_COMMAND, () => `${typed} `)
    .replaceAll(QUOTED_COMMAND, (_, words: string) => {
      const flag = ACTS_ON_NO_DATABASE.test(words) ? [] : databaseFlag;
      return `\`${[typed, words, shellCommand(flag)].filter((part) => part !== '').join(' ')}\``;
    });
}
