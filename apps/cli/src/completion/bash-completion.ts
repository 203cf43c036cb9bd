import type { CompletionNode, Expected } from './completion-tree.ts';

/** What walks along the typed words. It runs in bash 3.2 too, which macOS has, and which lacks `compopt`. */
const WALK = String.raw`
_iron() {
  local current=${'${COMP_WORDS[COMP_CWORD]}'} node=iron position=0 awaiting='' word index
  local children flags takes words
  COMPREPLY=()
  _iron_node "$node"
  for ((index = 1; index < COMP_CWORD; index++)); do
    word=${'${COMP_WORDS[index]}'}
    if [[ $word == '=' ]]; then continue; fi
    if [[ -n $awaiting ]]; then awaiting=''; continue; fi
    if [[ $word == -?* ]]; then
      _iron_expect "$node $word"
      if [[ -n $takes ]]; then awaiting=$word; fi
    elif [[ " $children " == *" $word "* ]]; then
      node="$node $word"
      _iron_node "$node"
    elif [[ -n $children ]]; then return
    else position=$((position + 1)); fi
  done
  if [[ $current == '=' ]]; then current=''; fi
  if [[ -n $awaiting ]]; then _iron_expect "$node $awaiting"
  elif [[ $current == -* ]]; then takes=words words=$flags
  elif [[ -n $children ]]; then takes=words words=$children
  else
    _iron_expect "$node $position"
    if [[ -z $takes ]]; then takes=words words=$flags; fi
  fi
  _iron_reply
}

_iron_reply() {
  local word
  case $takes in
    words) while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$words" -- "$current") ;;
    files)
      compopt -o filenames 2>/dev/null
      while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$current")
      ;;
  esac
}

complete -F _iron iron
`;

/** A script that completes the grammar's words in bash. It holds all of them: nothing is started while one types. */
export function bashCompletion(nodes: readonly CompletionNode[]): string {
  return [
    '# Completion of iron for bash. In ~/.bashrc: source <(iron completion bash)',
    '',
    '_iron_node() {',
    "  children='' flags=''",
    '  case $1 in',
    ...nodes.map(nodeCase),
    '  esac',
    '}',
    '',
    '_iron_expect() {',
    "  takes='' words=''",
    '  case $1 in',
    ...nodes.flatMap(expectedCases),
    '  esac',
    '}',
    WALK.trimEnd(),
  ].join('\n');
}

function nodeCase({ path, children, flags }: CompletionNode): string {
  const words = children.map(({ name }) => name).join(' ');
  const spellings = flags.flatMap((flag) => flag.spellings).filter((spelling) => spelling.startsWith('--'));
  return `    '${path}') children='${words}' flags='${spellings.join(' ')}' ;;`;
}

function expectedCases({ path, flags, arguments: positional }: CompletionNode): string[] {
  return [
    ...flags.flatMap(({ spellings, value }) =>
      value ? spellings.map((spelling) => expectedCase(`${path} ${spelling}`, value)) : [],
    ),
    ...positional.map((argument, position) => expectedCase(`${path} ${position}`, argument)),
  ];
}

function expectedCase(place: string, expected: Expected): string {
  const words = expected.kind === 'words' ? ` words='${expected.words.join(' ')}'` : '';
  return `    '${place}') takes=${expected.kind}${words} ;;`;
}
