import type { CompletionNode, Expected, FlagNode } from './completion-tree.ts';

/** A script that completes the grammar's words in fish, each with its description. */
export function fishCompletion(nodes: readonly CompletionNode[]): string {
  const below = nodes.slice(1).map(({ path }) => quoted(path));
  const valued = nodes.flatMap(({ flags }) => flags.flatMap(({ value, spellings }) => (value ? spellings : [])));
  return [
    '# Completion of iron for fish: iron completion fish > ~/.config/fish/completions/iron.fish',
    '',
    '# Whether the words so far lead to this place, with so many arguments behind it if that is asked for, too.',
    'function __iron_at --argument-names place position',
    '  set -l node iron',
    '  set -l count 0',
    '  set -l awaiting no',
    '  for word in (commandline -opc)[2..]',
    '    if test $awaiting = yes',
    '      set awaiting no',
    `    else if contains -- $word ${[...new Set(valued)].join(' ')}`,
    '      set awaiting yes',
    "    else if not string match -q -- '-*' $word",
    `      if contains -- "$node $word" ${below.join(' ')}`,
    '        set node "$node $word"',
    '      else',
    '        set count (math $count + 1)',
    '      end',
    '    end',
    '  end',
    '  test $node = $place; and test -z "$position" -o "$position" = $count',
    'end',
    '',
    'complete -c iron -f',
    ...nodes.flatMap(completeNode),
  ].join('\n');
}

function completeNode({ path, children, flags, arguments: positional }: CompletionNode): string[] {
  const at = (position?: number) => {
    const place = [`__iron_at "${path}"`, ...(position === undefined ? [] : [position])].join(' ');
    return `complete -c iron -n ${quoted(place)}`;
  };
  return [
    ...children.map(({ name, summary }) => `${at(0)} -a ${name} -d ${quoted(summary)}`),
    ...flags.map((flag) => `${at()} ${flagWords(flag)} -d ${quoted(flag.description)}`),
    ...positional
      .map((argument, position) => ({ argument, position }))
      .filter(({ argument }) => argument.kind !== 'anything')
      .map(({ argument, position }) => `${at(position)} ${offer(argument)}`),
  ];
}

function flagWords({ spellings, value }: FlagNode): string {
  const names = spellings.map((spelling) =>
    spelling.startsWith('--') ? `-l ${spelling.slice(2)}` : `-s ${spelling.slice(1)}`,
  );
  return [...names, ...(value ? ['-r', offer(value)] : [])].join(' ');
}

function offer(expected: Expected): string {
  if (expected.kind === 'words') return `-f -a ${quoted(expected.words.join(' '))}`;
  return expected.kind === 'files' ? '-F' : '-f';
}

function quoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`;
}
