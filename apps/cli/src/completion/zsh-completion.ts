import type { CompletionNode, Expected, FlagNode } from './completion-tree.ts';

/** A script that completes the grammar's words in zsh, each with its description. */
export function zshCompletion(nodes: readonly CompletionNode[]): string {
  const [verbs, nouns] = [nodes.filter(isVerb), nodes.slice(1).filter((node) => !isVerb(node))];
  return [
    '#compdef iron',
    '# Completion of iron for zsh: in a folder of $fpath as _iron; or in ~/.zshrc, after compinit:',
    '# source <(iron completion zsh)',
    '',
    '_iron() {',
    '  local node=iron index=2',
    '  local -a commands',
    '  while (( index < CURRENT )); do',
    '    case "$node ${words[index]}" in',
    `      ${oneOf(nouns)} node+=" \${words[index]}" ;;`,
    `      ${oneOf(verbs)} node+=" \${words[index]}"; (( index++ )); break ;;`,
    "      (*' -'*) ;;",
    '      (*) return 1 ;;',
    '    esac',
    '    (( index++ ))',
    '  done',
    '  words=(iron "${(@)words[index,-1]}")',
    '  (( CURRENT -= index - 2 ))',
    '  case $node in',
    ...nodes.flatMap(nodeCase),
    '  esac',
    '}',
    '',
    'if [[ $funcstack[1] == _iron ]]; then _iron "$@"; else compdef _iron iron; fi',
  ].join('\n');
}

function oneOf(places: readonly CompletionNode[]): string {
  return `(${places.map(({ path }) => quoted(path)).join('|')})`;
}

function isVerb({ children }: CompletionNode): boolean {
  return children.length === 0;
}

function nodeCase({ path, children, flags, arguments: positional }: CompletionNode): string[] {
  const specifications = [...flags.flatMap(flagSpecifications), ...positional.map(argumentSpecification)];
  const ask = ['_arguments', ...specifications.map(quoted)];
  if (children.length === 0) return [`    (${quoted(path)})`, `      ${ask.join(lineBreak(8))}`, '      ;;'];
  const commands = children.map(({ name, summary }) => quoted(`${name}:${summary}`));
  return [
    `    (${quoted(path)})`,
    `      commands=(${commands.map((command) => lineBreak(8) + command).join('')}`,
    '      )',
    '      if [[ ${words[CURRENT]} == -* ]]; then',
    `        ${ask.join(lineBreak(10))}`,
    '      else',
    '        _describe command commands',
    '      fi',
    '      ;;',
  ];
}

/** `--interval=[What it is]:name:(hour day month)`, or `(-h --help)-h[Print this help]`. */
function flagSpecifications({ spellings, description, value }: FlagNode): string[] {
  const others = spellings.length > 1 ? `(${spellings.join(' ')})` : '';
  const what = `[${description.replaceAll(/[\\[\]]/g, String.raw`\$&`)}]`;
  const action = value ? `=${what}:${value.name}:${actionOf(value)}` : what;
  return spellings.map((spelling) => `${others}${spelling}${action}`);
}

function argumentSpecification(argument: CompletionNode['arguments'][number], position: number): string {
  return `${position + 1}:${argument.name}:${actionOf(argument)}`;
}

function actionOf(expected: Expected): string {
  if (expected.kind === 'words') return `(${expected.words.join(' ')})`;
  return expected.kind === 'files' ? '_files' : '( )';
}

function lineBreak(indentation: number): string {
  return ` \\\n${' '.repeat(indentation)}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
