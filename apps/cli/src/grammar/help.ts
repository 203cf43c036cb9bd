import type { Command, Noun } from './command.ts';
import { argumentsOf, COMMON_FLAGS, flagsOf, VERSION_FLAG } from './words.ts';

interface Section {
  readonly heading: string;
  readonly lines: readonly string[];
}

/** The help of a verb or a noun, at least one example included. `program` is what the person types for `iron`. */
export function helpFor(target: Command | Noun, title: string, program: string): string {
  return target.kind === 'command' ? commandHelp(target, title, program) : nounHelp(target, title, program);
}

function commandHelp(command: Command, title: string, program: string): string {
  const positional = argumentsOf(command);
  const usage = [asTyped(title, program), ...positional.map((argument) => argument.usage), '[flags]'].join(' ');
  return layOut(
    [command.summary, ...(command.explanation ? [command.explanation] : [])],
    [
      { heading: 'Usage', lines: [usage] },
      { heading: 'Arguments', lines: align(positional.map(({ usage: word, description }) => [word, description])) },
      {
        heading: 'Flags',
        lines: align([...flagsOf(command), ...COMMON_FLAGS].map((flag) => [flag.declaration, flag.description])),
      },
      { heading: 'Examples', lines: command.examples.map((example) => `${program} ${example}`) },
      { heading: 'Exit codes', lines: ['0 done, 1 failed or a check found something, 2 wrong usage'] },
    ],
  );
}

function nounHelp(noun: Noun, title: string, program: string): string {
  return layOut(
    [noun.summary],
    [
      { heading: 'Usage', lines: [`${asTyped(title, program)} <command> [arguments] [flags]`] },
      { heading: 'Commands', lines: align(noun.children.flatMap((child) => commandLines(child))) },
      {
        heading: 'Flags',
        lines: align([...COMMON_FLAGS, VERSION_FLAG].map((flag) => [flag.declaration, flag.description])),
      },
      { heading: 'Examples', lines: noun.examples.map((example) => `${program} ${example}`) },
      { heading: 'More', lines: [`${asTyped(title, program)} <command> --help`] },
    ],
  );
}

function commandLines(child: Command | Noun): [string, string][] {
  if (child.kind === 'noun')
    return child.children.flatMap(commandLines).map(([word, summary]) => [`${child.name} ${word}`, summary]);
  const words = [child.name, ...argumentsOf(child).map((argument) => argument.usage)];
  return [[words.join(' '), child.summary]];
}

/** `iron db reset` in the spelling of this installation. */
function asTyped(title: string, program: string): string {
  return title.replace(/^iron/, () => program);
}

function layOut(introduction: readonly string[], sections: readonly Section[]): string {
  const blocks = sections
    .filter(({ lines }) => lines.length > 0)
    .map(({ heading, lines }) => `${heading}:\n${lines.map((line) => `  ${line}`).join('\n')}`);
  return [...introduction, ...blocks].join('\n\n');
}

function align(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(0, ...rows.map(([word]) => word.length));
  return rows.map(([word, description]) => `${word.padEnd(width)}  ${description}`);
}
