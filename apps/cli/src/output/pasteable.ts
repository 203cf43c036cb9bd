import { shellCommand } from './shell-command.ts';

const QUOTED_COMMAND = /`iron ([^`]+)`/g;
const ACTS_ON_NO_DATABASE = /--help|^config|^db migration|^db --/;

/**
 * Commands in a text (`iron db …` in backticks) as they work when they are pasted into the terminal that this program
 * runs in: in this installation's spelling, and on the same database.
 *
 * @param databaseFlag `['--database', path]`, or nothing where the default was used
 */
export function pasteable(text: string, program: readonly string[], databaseFlag: readonly string[] = []): string {
  return text.replaceAll(QUOTED_COMMAND, (_, words: string) => {
    const flag = ACTS_ON_NO_DATABASE.test(words) ? [] : databaseFlag;
    return `\`${[shellCommand(program), words, shellCommand(flag)].filter((part) => part !== '').join(' ')}\``;
  });
}
